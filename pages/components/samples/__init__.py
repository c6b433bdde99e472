"""What the Samples page is put together from."""
