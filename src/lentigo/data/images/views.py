"""A batch of images in; the same batch turned over, or a part of each image enlarged, out.

A lesion has no right way up, and a closer look shows more. Crops are cut out of the pixels that the network
takes and enlarged to its size, so that a run, its bundle and a service look at the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lentigo.settings.checking.views import parse_views

Images = NDArray[np.uint8]

TURNS: dict[str, Callable[[Images], Images]] = {
    "identity": lambda images: images,
    "horizontal_flip": lambda images: images[:, :, ::-1],
    "vertical_flip": lambda images: images[:, ::-1],
    "half_turn": lambda images: images[:, ::-1, ::-1],
    "transpose": lambda images: images.swapaxes(1, 2),
    "quarter_turn": lambda images: images.swapaxes(1, 2)[:, ::-1],
    "three_quarter_turn": lambda images: images.swapaxes(1, 2)[:, :, ::-1],
    "anti_transpose": lambda images: images.swapaxes(1, 2)[:, ::-1, ::-1],
}
"""Ways to turn a batch (B, H, W, 3), counter-clockwise; the last four swap height and width."""
TURNS_OF = {
    "one": ("identity",),
    "flips": ("identity", "horizontal_flip", "vertical_flip", "half_turn"),
    "dihedral": tuple(TURNS),
}
WHOLE = (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class View:
    """One way to look at an image."""

    turn: str = "identity"
    """A key of `TURNS`; what is cut out is turned."""
    window: tuple[float, float, float] = WHOLE
    """Top, left and side of what is cut out, as shares of height and width."""

    def of(self, images: Images) -> Images:
        """A batch as it is seen: uint8 (B, H, W, 3) in and out; height and width may be swapped."""
        seen = images if self.window == WHOLE else np.stack([self._cut(image) for image in images])
        return TURNS[self.turn](seen)

    def _cut(self, image: Images) -> Images:
        """The window of one image, enlarged to the whole size, between pixels too."""
        height, width = image.shape[:2]
        top, left, side = self.window
        box = (left * width, top * height, (left + side) * width, (top + side) * height)
        enlarged = Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR, box=box)
        return np.asarray(enlarged, dtype=np.uint8)


def views_of(text: str) -> tuple[View, ...]:
    """What `prediction.views` stands for; the whole image, upright, is always the first.

    Raises:
        SettingsError: it stands for nothing; see `settings/checking/views.py`.
    """
    plan = parse_views(text)
    windows = [WHOLE, *(window for crops in plan.crops for window in _windows(*crops))]
    return tuple(View(turn, window) for window in windows for turn in TURNS_OF[plan.turns])


def _windows(scale: float, count: int) -> list[tuple[float, float, float]]:
    """A grid of windows that reaches from border to border; a single one in the middle."""
    across = round(count**0.5)
    places = np.linspace(0, 1 - scale, across) if across > 1 else np.array([(1 - scale) / 2])
    return [(float(top), float(left), scale) for top in places for left in places]


ONE_VIEW = views_of("one")
