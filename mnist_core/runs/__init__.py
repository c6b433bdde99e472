"""Runs: start, read, steer and archive them."""
