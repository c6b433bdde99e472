"""Ask a stored model what a drawing shows, and why."""
