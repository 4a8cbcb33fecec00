"""A manifest's table in; which two photographs show each lesion, and both as one picture, out.

A pair is (2 H, W, 3): the dermoscopic photograph above the clinical one, black where there is none. The rest
of the program handles it as one image; only the network and what draws training images know its halves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo.data.metadata.lesion_views import LESION_VIEWS
from lentigo.settings.errors import SplitError

Rows = NDArray[np.int64]
Pixels = NDArray[np.uint8]

ABSENT = -1


def pair_rows(table: pd.DataFrame) -> Rows:
    """The rows (M, 2) of the dermoscopic and the clinical photograph of each row's lesion; -1 for none.

    The first of each view counts, in the order of the table; an image of no known lesion is a lesion of its
    own.

    Args:
        table: lesion_id and view of M images.
    """
    places = pd.Series(np.arange(len(table)), index=table.index)
    lesions = table["lesion_id"].where(table["lesion_id"] != "", "(image " + places.astype(str) + ")")
    found = np.full((len(table), len(LESION_VIEWS)), ABSENT, dtype=np.int64)
    for side, view in enumerate(LESION_VIEWS):
        is_view = (table["view"] == view).to_numpy()
        first = places[is_view].groupby(lesions[is_view]).first()
        found[:, side] = lesions.map(first).fillna(ABSENT).to_numpy(dtype=np.int64)
    return found


def shown_rows(table: pd.DataFrame, view: str) -> NDArray[np.bool_]:
    """Which rows (M,) stand for what is asked for: images of a view, or one image a lesion for its pair.

    Args:
        table: image_id, lesion_id and view.
        view: `dermoscopic`, `clinical` or `pair`.

    Raises:
        SplitError: no image is that, or no lesion has both photographs.
    """
    if view != "pair":
        is_shown = (table["view"] == view).to_numpy(dtype=np.bool_)
        problem = "none of the {n} images of the manifest is that"
    else:
        pairs = pair_rows(table)
        stands = np.where(pairs[:, 0] != ABSENT, pairs[:, 0], pairs[:, 1])
        is_shown = np.asarray(stands == np.arange(len(table)), dtype=np.bool_)
        if not (pairs != ABSENT).all(axis=1).any():
            is_shown[:] = False
        problem = "no lesion of the {n} images of the manifest has both photographs"
    if not is_shown.any():
        there = ", ".join(sorted(set(table["view"]) - {""})) or "none is said"
        raise SplitError(
            f"input.view = {view!r}: {problem.format(n=len(table))} (views: {there}); import them with "
            "`--view both`, or set input.view = 'all'"
        )
    return is_shown


def stacked(upper: Pixels, lower: Pixels) -> Pixels:
    """A pair (2 H, W, 3) of two photographs (H, W, 3)."""
    return np.concatenate([upper, lower])


class Side(Sequence[Pixels]):
    """One photograph of each row's lesion (M, H, W, 3), one by one; black where there is none."""

    def __init__(self, images: Pixels, rows: Rows) -> None:
        self._images, self.rows = images, rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, row: Any) -> Any:
        """The photograph for one row, uint8 (H, W, 3)."""
        place = self.rows[row]
        image: Pixels = self._images[max(place, 0)]
        return np.zeros_like(image) if place == ABSENT else image


class PairedImages(Sequence[Pixels]):
    """The pair of each row's lesion (M, 2 H, W, 3), one by one."""

    def __init__(self, images: Pixels, rows: Rows) -> None:
        """Prepare to give pairs.

        Args:
            images: uint8 (M, H, W, 3), perhaps mapped from a file.
            rows: (M, 2), from `pair_rows`.
        """
        self.sides = tuple(Side(images, one) for one in rows.T)
        self.shape: tuple[int, ...] = (len(rows), 2 * images.shape[1], *images.shape[2:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, row: Any) -> Any:
        """The pair for one row, uint8 (2 H, W, 3)."""
        return stacked(self.sides[0][row], self.sides[1][row])
