"""Sketches in, the table of near-duplicates out: pairs that are one photograph, and what was done to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo.data.copies.near_duplicates.alignment import Match, align
from lentigo.data.copies.near_duplicates.candidates import find_candidates
from lentigo.data.copies.near_duplicates.geometry import ORIENTATIONS, WINDOWS, pixel_map

Progress = Callable[[int, int], None]

LEAST_AGREEMENT = 0.55
"""Correlation of details from which two pictures are one photograph; see docs/decisions/0005."""
COLUMNS = ("first", "second", "agreement", "change")
CROPPED = 0.97
"""A picture whose side shows less than this share of the other's is called cropped."""


def find_near_duplicates(sketches: NDArray[np.uint8], progress: Progress | None = None) -> pd.DataFrame:
    """Find the pairs of images that are one photograph: turned, flipped, cropped, brightened or re-encoded.

    Args:
        sketches: uint8 (N, S, S), brightness; see `data/images/looking.py`.
        progress: called with (done, total).

    Returns:
        One row a pair, best first: first and second (rows of `sketches`, first < second), agreement
        (correlation of their details, `LEAST_AGREEMENT` to 1), change (what makes them differ, in words;
        empty where only the encoding does).
    """
    candidates = find_candidates(sketches, progress)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        matches = []
        for match in pool.map(lambda candidate: _match(sketches, candidate), candidates):
            matches.append(match)
            if progress:
                progress(len(matches), len(candidates))
    rows = [
        (
            *sorted((int(candidate["first"]), int(candidate["second"]))),
            match.agreement,
            _change(candidate, match),
        )
        for candidate, match in zip(candidates, matches, strict=True)
        if match.agreement >= LEAST_AGREEMENT
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(
        ["agreement", "first", "second"], ascending=[False, True, True], ignore_index=True
    )


def _match(sketches: NDArray[np.uint8], candidate: np.void) -> Match:
    window, orientation = WINDOWS[candidate["window"]], ORIENTATIONS[candidate["orientation"]]
    guess = pixel_map(window, orientation, sketches.shape[1])
    return align(sketches[candidate["first"]], sketches[candidate["second"]], guess)


def _change(candidate: np.void, match: Match) -> str:
    """Such as `turned by 180 degrees, cropped to 90 % x 90 %`."""
    shown = np.linalg.norm(match.matrix[:, :2], axis=1)
    words = [ORIENTATIONS[candidate["orientation"]].name]
    if shown.min() < CROPPED:
        width, height = np.minimum(shown, 1)
        words.append(f"cropped to {width:.0%} x {height:.0%}".replace("%", " %"))
    return ", ".join(word for word in words if word)
