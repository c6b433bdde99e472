"""What the pages are put together from: caches, charts, wording, parts of pages."""
