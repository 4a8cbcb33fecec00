"""The table of scores for unknown images, and whether the arrays of one can be believed.

NumPy and Pillow alone, but for fitting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.evaluation.abstaining.pixel_figures import NUM_FIGURES
from lentigo.evaluation.abstaining.several_scores import ASKED, SEVERAL
from lentigo.evaluation.abstaining.single_scores import SINGLE, Output, Outputs, UnknownScore

__all__ = ["SCORES", "Output", "Outputs", "check_arrays"]

SCORES: dict[str, UnknownScore] = {**SINGLE, "several": SEVERAL}


def check_arrays(score: str, arrays: Mapping[str, NDArray[Any]], num_channels: int) -> str:
    """What is wrong with the arrays of a score; empty when nothing is.

    Args:
        score: a key of `SCORES`.
        arrays: by name.
        num_channels: C, of the network's features.
    """
    shapes = SCORES[score].shapes
    if arrays.keys() != shapes.keys():
        return f"expected the arrays {', '.join(shapes) or 'none'}, found {', '.join(arrays) or 'none'}"
    fixed = {"C": num_channels, "P": NUM_FIGURES, "S": len(ASKED), "2": 2}
    for name, axes in shapes.items():
        array = arrays[name]
        fits = array.ndim == len(axes) and array.dtype == np.float32 and 0 not in array.shape
        sides = [side == fixed.get(axis, side) for side, axis in zip(array.shape, axes, strict=False)]
        if not fits or not all(sides) or not np.isfinite(array).all():
            return f"{name} is {array.dtype} {array.shape}, or not finite; expected float32 of axes {axes}"
    scales = arrays.get("scales")
    is_turned = scales is not None and (scales[:, 1] <= 0).any()  # strange would become common
    return "scales holds a spread that is not above 0" if is_turned else ""
