"""The Draw page's own parts."""
