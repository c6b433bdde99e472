"""Measure how well a model reads."""
