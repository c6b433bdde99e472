"""Measure speed and accuracy: what `make bench` runs; see __main__.py."""
