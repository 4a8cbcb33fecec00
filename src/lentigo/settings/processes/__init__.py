"""How processes stop when asked to, and keep out of each other's way."""
