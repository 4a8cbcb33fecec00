"""Sketches of images in, pairs that are one photograph out, however it was turned, cut or encoded.

`geometry` names the ways one picture can lie in another, `candidates` finds pairs that look alike at low
resolution, `alignment` lays one over the other and compares their details, `finding` does all three.
"""
