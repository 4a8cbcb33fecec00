"""What a bundle decides and abstains by."""
