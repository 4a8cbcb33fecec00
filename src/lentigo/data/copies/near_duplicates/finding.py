"""Sketches in, the table of near-duplicates out: pairs that are one photograph, and what was done to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo.data.copies.near_duplicates.alignment import Match, align
from lentigo.data.copies.near_duplicates.candidates import find_candidates
from lentigo.data.copies.near_duplicates.changes import ANOTHER, change_in_words
from lentigo.data.copies.near_duplicates.fitting import Fit, fit
from lentigo.data.copies.near_duplicates.keypoints import Keypoints, find_keypoints
from lentigo.settings.phases import Phases, Steps, steps_of

Sketch = NDArray[np.uint8]

LEAST_AGREEMENT = 0.55
"""Correlation of details from which two pictures are one photograph; see docs/decisions/0005."""
LARGEST_RESIDUAL = 0.33
"""Pixels by which keypoints of one photograph miss each other in the middle case; skin moves by more."""
COLUMNS = ("first", "second", "agreement", "change")


def find_near_duplicates(sketches: Sequence[Sketch], progress: Phases | None = None) -> pd.DataFrame:
    """Find the pairs of images that are one photograph: turned, flipped, cropped, brightened or re-encoded.

    Args:
        sketches: uint8 (H, W) each, brightness; see `data/images/looking.py`.
        progress: called with (phase, done, total).

    Returns:
        One row a pair, best first: first and second (rows of `sketches`, first < second), agreement
        (correlation of their details, `LEAST_AGREEMENT` to 1), change (what makes them differ, in words;
        empty where only the encoding does).
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        steps = steps_of(progress, "finding keypoints")
        keypoints = _counted(pool.map(find_keypoints, sketches), len(sketches), steps)
        steps = steps_of(progress, "comparing keypoints")
        candidates = find_candidates(keypoints, [sketch.shape for sketch in sketches], steps)
        found = pool.map(lambda candidate: _compare(sketches, keypoints, candidate), candidates)
        steps = steps_of(progress, "laying images over each other")
        rows = [row for row in _counted(found, len(candidates), steps) if row is not None]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(
        ["agreement", "first", "second"], ascending=[False, True, True], ignore_index=True
    )


def _compare(
    sketches: Sequence[Sketch], keypoints: Sequence[Keypoints], candidate: np.void
) -> tuple[int, int, float, str] | None:
    """The row of a candidate; None where it is no near-duplicate."""
    first, second = int(candidate["first"]), int(candidate["second"])
    found = fit(keypoints[first], keypoints[second], bool(candidate["is_mirrored"]))
    if found is None:
        return None
    match = align(sketches[first], sketches[second], found.matrix)
    if match.agreement < LEAST_AGREEMENT:
        return None
    return (
        first,
        second,
        match.agreement,
        _change(found, match, sketches[first].shape, sketches[second].shape),
    )


def _change(found: Fit, match: Match, first: tuple[int, int], second: tuple[int, int]) -> str:
    words = [change_in_words(match.matrix, first, second)]
    words += [ANOTHER] if found.residual > LARGEST_RESIDUAL else []
    return ", ".join(word for word in words if word)


def _counted(results: Iterable[Any], total: int, steps: Steps | None) -> list[Any]:
    done = []
    for result in results:
        done.append(result)
        if steps:
            steps(len(done), total)
    return done
