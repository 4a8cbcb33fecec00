"""Sketches of images in, pairs that are one photograph out, however it was turned, cut or encoded.

`keypoints` finds small marks in each picture, `codes` makes of each a word and 64 bits, `candidates` lets
marks that are alike vote for how one picture lies in another, `fitting` fits an affine map to them,
`alignment` lays one over the other and compares their details, `changes` says what was done;
`finding` calls them.
"""
