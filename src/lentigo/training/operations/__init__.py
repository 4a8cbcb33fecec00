"""Changes of one image beyond warp and colour factors: one shape and one colour operation an image."""
