"""A few augmented views of each image instead of ever new ones: how they look, and which an epoch shows.

View 0 is the image as it is, for validation; views 1 .. V are augmented. A view depends on its number and on
the image's row alone, not on the training's seed, so that trainings share what was computed from it. An image
begins at a view of its own and shows the next one each time it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.augmentation import augment, draw
from lentigo.training.batches.flipping import alternating_flips, times_drawn
from lentigo.training.batches.sources import Batch, Drawn, Fill, Pixels, ShrunkImages, Size, Weights

VIEW_SEED = 0
PLAIN = 0
"""The view that changes nothing."""

Integers = NDArray[np.int64]
Read = Callable[[Integers, Integers], NDArray[Any]]
"""(rows (B,), views (B,)) -> inputs (B, ...)."""


def views_shown(drawn: Drawn, num_views: int) -> Integers:
    """Which view, 1 .. num_views, stands at each position of an epoch, (L,)."""
    begins = (drawn.rows * 2654435761 >> 16) % num_views  # Knuth's multiplier: neighbours begin apart
    return np.asarray(1 + (begins + drawn.epoch + times_drawn(drawn.order)) % num_views)


class ViewedPixels:
    """The views themselves."""

    def __init__(self, images: Pixels, augmentation: Augmentation, size: Size) -> None:
        self._images, self._augmentation, self._size = ShrunkImages(images, size), augmentation, size

    def read(self, rows: Integers, views: Integers) -> Pixels:
        """uint8 (B, h, w, 3)."""
        pairs = zip(rows.tolist(), views.tolist(), strict=True)
        found = [self._view(row, view) for row, view in pairs]
        return np.stack(found) if found else np.zeros((0, *self._size, 3), np.uint8)

    def _view(self, row: int, view: int) -> Pixels:
        image: Pixels = self._images[row]
        if view == PLAIN:
            return image
        flips = None
        if self._augmentation.flips == "alternating":
            flips = alternating_flips(self._augmentation, np.array([row]), VIEW_SEED, view)
        place = range(row, row + 1)
        (change,) = draw(self._augmentation, self._size, VIEW_SEED, view, place, flips=flips)
        return augment(image, change)


class ViewSource:
    """Fills batches with views, whatever they are read from: pixels or what was computed from them."""

    def __init__(self, read: Read, num_views: int) -> None:
        self._read, self._num_views = read, num_views

    def of_epoch(self, drawn: Drawn) -> Fill:
        """Fill batches with what `read` gives."""
        views = views_shown(drawn, self._num_views)

        def fill(positions: range, labels: Integers, weights: Weights) -> Batch:
            places = slice(positions.start, positions.stop)
            return self._read(drawn.rows[places], views[places]), labels, weights

        return fill


class PlainViews(Sequence[NDArray[Any]]):
    """The unchanged view of each image, one by one."""

    def __init__(self, read: Read, num_rows: int) -> None:
        self._read, self._num_rows = read, num_rows

    def __len__(self) -> int:
        return self._num_rows

    def __getitem__(self, row: Any) -> Any:
        """What stands for image number `row`."""
        return self._read(np.array([row]), np.array([PLAIN]))[0]
