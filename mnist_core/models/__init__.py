"""Networks, and the models that are stored on disk."""
