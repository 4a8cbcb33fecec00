"""Saliency maps of chosen images, and their checks."""
