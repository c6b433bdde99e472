"""What `make bench` runs; see __main__.py."""
