"""Components that two or more pages use."""
