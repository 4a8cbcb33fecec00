"""Two runs on the same images."""
