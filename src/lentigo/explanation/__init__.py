"""Network and images in, saliency maps and overlays out: where a prediction comes from."""
