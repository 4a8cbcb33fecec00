"""What the service tells of itself: audit log, metrics."""
