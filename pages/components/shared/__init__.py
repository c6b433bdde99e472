"""Parts that two pages or more use."""
