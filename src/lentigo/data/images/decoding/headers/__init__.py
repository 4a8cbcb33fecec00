"""Headers of picture files, read as far as it takes to know what decoding will cost."""
