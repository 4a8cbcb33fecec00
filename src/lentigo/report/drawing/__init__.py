"""What every page is drawn with: figures, numbers, single pictures."""
