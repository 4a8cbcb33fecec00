"""What each stage trains, and on what."""
