"""Draw pictures like photographs of numbers, and measure how they are read."""
