"""What checks look at: one row an image, with everything by which it could be known from another part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo.evaluation.checks.association import Association

LINKS = ("image_id", "sha256", "pixels", "near", "twin", "lesion_id", "patient_id", "group", "within")
"""Columns whose equal values link images; an empty value links nothing."""
COLUMNS = (
    *LINKS,
    "name",
    "known_group",
    "part",
    "class",
    "source",
    "age_years",
    "sex",
    "site",
    "width",
    "height",
    "problem",
    "remark",
    "is_changed",
)


@dataclass(frozen=True)
class Audited:
    """The images of a data set, or of several lists that are to be kept apart."""

    table: pd.DataFrame
    """`COLUMNS`: text (empty: unknown), but width and height int (0: unknown) and is_changed bool.

    name: what its list calls the image, where image_id had to be longer to tell it from others.
    pixels, near, twin: number of the cluster of images with the same pixels, of near-duplicates, of copies by
    their name. within: of images one of which bears another's name with more to it. group: everything that is
    linked, save by within; known_group: linked by ids alone. problem: why the file cannot be used; remark:
    reasons to look at it; is_changed: other bytes than when imported.
    """
    parts: tuple[str, ...] = ()
    """In the order of use: train first."""
    is_folds: bool = False
    """The parts are folds: each is evaluated once, by a model that was trained on all others."""
    is_looked_at: bool = False
    """The image files have been read."""
    is_compared: bool = False
    """Near-duplicates have been sought."""
    associations: dict[str, Association | None] = field(default_factory=dict, compare=False, repr=False)
    """What attributes tell of the class, by the code of the check that has asked; filled as checks ask."""
    _found: dict[tuple[str, ...], NDArray[Any]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def once(self, key: tuple[str, ...], compute: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """What `compute` gives, computed when first asked for: many checks ask the same of many rows."""
        if key not in self._found:
            self._found[key] = compute()
        return self._found[key]

    def known(self, column: str) -> NDArray[np.bool_]:
        """Which rows (N,) have a value in a column."""
        return self.once(
            ("known", column),
            lambda: np.asarray(~self.table[column].isin(["", 0]).to_numpy(), dtype=np.bool_),
        )

    def evaluated(self) -> NDArray[np.bool_]:
        """Which rows (N,) are used to evaluate: all but those of the first part, or all of folds."""
        if len(self.parts) < 2:
            return np.zeros(len(self.table), dtype=np.bool_)
        places = self.places()
        return places >= 0 if self.is_folds else places > 0

    def seen(self, column: str) -> NDArray[np.bool_]:
        """Which rows (N,) of evaluated parts share a value with a part used before, or with another fold."""
        return self.once(("seen", column), lambda: self._seen(column))

    def _seen(self, column: str) -> NDArray[np.bool_]:
        places, known = self.places(), self.known(column) & (self.places() >= 0)
        by_value = pd.Series(places[known]).groupby(self.table.loc[known, column].to_numpy())
        first, last = by_value.transform("min").to_numpy(), by_value.transform("max").to_numpy()
        seen = np.zeros(len(self.table), dtype=np.bool_)
        seen[known] = first < last if self.is_folds else places[known] > first
        return seen

    def places(self) -> NDArray[np.int64]:
        """Position of the part of each row (N,); -1 for none."""
        places = {part: place for place, part in enumerate(self.parts)}
        return self.once(
            ("places",), lambda: self.table["part"].map(places).fillna(-1).to_numpy(dtype=np.int64)
        )
