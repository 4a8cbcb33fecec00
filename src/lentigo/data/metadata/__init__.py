"""What is known beside an image: read from anybody's table, made into the numbers that a network takes."""
