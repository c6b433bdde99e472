"""The reading of `preprocessing` and `inference` in JavaScript, for a browser."""
