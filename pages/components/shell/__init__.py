"""Components that stand around every page."""
