"""Where files are and how they are written; locks and worker processes."""
