"""What the Draw page is put together from."""
