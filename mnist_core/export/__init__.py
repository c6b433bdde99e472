"""A stored model for other places: one file for everybody, and other runtimes."""
