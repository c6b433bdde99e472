"""The Samples page's own parts."""
