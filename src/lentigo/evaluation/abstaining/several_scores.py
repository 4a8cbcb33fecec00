"""Several scores of how strange an image is in; the most alarmed of them, each in its own units, out.

No score tells every stranger: features know what a network has learnt to see and not a photograph that lies
between its classes, pixels know how a picture was made and not what it shows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lentigo.evaluation.abstaining.single_scores import SINGLE, Arrays, Outputs, UnknownScore
from lentigo.evaluation.metrics import Floats, Ints

SCALE_LEVEL = 0.95
"""Share of known images that score less than 1."""
ASKED = ("mahalanobis", "pixel_statistics")
"""What `several` asks: what the network sees, and what it does not. Its doubt is left to prediction sets: as
a third it would raise the threshold, for doubt is common among known images."""


def fit_several(outputs: Outputs, truth: Ints) -> dict[str, NDArray[np.float32]]:
    """Arrays of every score asked, `SCORE.ARRAY`, and scales that `scale_several` replaces."""
    found = {
        f"{name}.{key}": array for name in ASKED for key, array in SINGLE[name].fit(outputs, truth).items()
    }
    return found | {"scales": np.tile(np.array([0, 1], np.float32), (len(ASKED), 1))}


def scale_several(outputs: Outputs, arrays: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """How each score is read: 0 is the median of known images, 1 what one in twenty of them exceeds."""
    each = _each(outputs, arrays)
    middle, high = np.quantile(each, (0.5, SCALE_LEVEL), axis=1)
    spread = np.maximum(high - middle, 1e-6 * (1 + np.abs(middle)))
    return {**arrays, "scales": np.stack([middle, spread], axis=1).astype(np.float32)}


def several(outputs: Outputs, arrays: Arrays) -> Floats:
    """The largest of the scores asked, (N,), each in its own units of known images."""
    middle, spread = arrays["scales"].astype(np.float64).T[:, :, np.newaxis]
    return np.asarray(((_each(outputs, arrays) - middle) / spread).max(axis=0), np.float64)


def _each(outputs: Outputs, arrays: Arrays) -> Floats:
    """Every score asked, (S, N)."""
    return np.stack([SINGLE[name].judge(outputs, _own(name, arrays)) for name in ASKED])


def _own(name: str, arrays: Arrays) -> Arrays:
    start = f"{name}."
    return {key.removeprefix(start): array for key, array in arrays.items() if key.startswith(start)}


SEVERAL = UnknownScore(
    "the most alarmed of several scores",
    ("features", "pixels"),
    {f"{name}.{key}": axes for name in ASKED for key, axes in SINGLE[name].shapes.items()} | {"scales": "S2"},
    fit_several,
    several,
    scale_several,
)
