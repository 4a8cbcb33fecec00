"""EfficientNet-Lite and the reading of its weights without running code."""
