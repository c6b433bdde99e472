"""Try to break the app: odd input, many visitors, long days, and kill -9."""
