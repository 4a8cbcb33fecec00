"""Images that are copies of each other: found, listed, linked."""
