"""From sketches to the table of near-duplicates: each kind of copy, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from lentigo.data.copies.near_duplicates.finding import COLUMNS, find_near_duplicates


def encoded(picture: Any, quality: int) -> Any:
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 0)


COPIES = (
    ("", lambda picture: encoded(picture, 60)),
    ("", lambda picture: np.clip(picture * 1.2, 0, 255).astype(np.uint8)),
    ("flipped left to right", lambda picture: picture[:, ::-1]),
    ("flipped top to bottom", lambda picture: picture[::-1]),
    ("turned by 180 degrees", lambda picture: picture[::-1, ::-1]),
    ("turned by 90 degrees", np.rot90),
    ("cropped to 90 % x 90 %", lambda picture: picture[20:250, 3:233]),
    ("flipped left to right, cropped to 80 % x 80 %", lambda picture: picture[26:230, 26:230][:, ::-1]),
)


def test_each_kind_of_copy_is_found_named_and_nothing_else(
    pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    copies = [change(pictures[place]) for place, (_, change) in enumerate(COPIES)]
    sketches = np.stack([shrunk(picture) for picture in (*pictures, *copies)])
    steps: list[tuple[int, int]] = []
    found = find_near_duplicates(sketches, lambda done, total: steps.append((done, total)))
    changes = {(row.first, row.second): row.change for row in found.itertuples()}
    assert changes == {(place, 24 + place): name for place, (name, _) in enumerate(COPIES)}
    assert found["agreement"].is_monotonic_decreasing
    assert steps[-1][0] == steps[-1][1]


def test_no_pair_is_an_empty_table(pictures: list[Any], shrunk: Callable[[Any], Any]) -> None:
    found = find_near_duplicates(np.stack([shrunk(picture) for picture in pictures[:6]]))
    assert found.empty
    assert tuple(found.columns) == COLUMNS
