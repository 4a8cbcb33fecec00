"""Procedurally drawn dermoscopy: a class name and a seed in; pixels, lesion mask and evidence mask out.

No real image is used: tissue is a stack of density maps (melanin, blood, ...) that absorption turns into
colour.
"""
