"""What is computed for clients, by threads and by processes that can be ended."""
