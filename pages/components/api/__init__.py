"""Answer programs over HTTP."""
