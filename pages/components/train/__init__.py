"""What the Train page is put together from."""
