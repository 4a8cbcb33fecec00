"""Public sets are fetched: addresses in; whole, checked files in a folder out."""
