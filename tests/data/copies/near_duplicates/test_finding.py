"""From sketches to the table of near-duplicates: each kind of copy, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from lentigo.data.copies.near_duplicates.changes import ANOTHER
from lentigo.data.copies.near_duplicates.finding import COLUMNS, find_near_duplicates

Turn = Callable[[Any, float], Any]


def encoded(picture: Any, quality: int) -> Any:
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 0)


def vignetted(picture: Any) -> Any:
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    middle = (len(picture) - 1) / 2
    return np.where(np.hypot(x - middle, y - middle) < middle, picture, 0).astype(np.uint8)


def copies_of(rotated: Turn) -> list[tuple[str, Callable[[Any], Any]]]:
    """What is said, and how the copy is made."""
    area = "of its area"
    return [
        ("", lambda picture: encoded(picture, 60)),
        ("", lambda picture: np.clip(picture * 1.2, 0, 255).astype(np.uint8)),
        ("", vignetted),
        ("", lambda picture: cv2.resize(picture, (200, 150), interpolation=cv2.INTER_AREA)),
        ("flipped left to right", lambda picture: picture[:, ::-1]),
        ("flipped top to bottom", lambda picture: picture[::-1]),
        ("turned by 180 degrees", lambda picture: picture[::-1, ::-1]),
        ("turned by 90 degrees", np.rot90),
        ("turned by 10 degrees", lambda picture: rotated(picture, 10)),
        ("turned by 45 degrees", lambda picture: rotated(picture, -45)),
        (f"cropped to 81 % {area}", lambda picture: picture[20:250, 3:233]),
        (f"cropped to 64 % {area}", lambda picture: picture[:205, 51:]),
        (f"cropped to 36 % {area}", lambda picture: picture[60:214, 20:174]),
        (f"flipped left to right, cropped to 64 % {area}", lambda picture: picture[26:230, 26:230][:, ::-1]),
        ("flipped left to right, turned by 20 degrees", lambda picture: rotated(picture[:, ::-1], 20)),
        ("turned by 10 degrees", lambda picture: rotated(picture, 10)[22:234, 22:234]),
    ]


def test_each_kind_of_copy_is_found_named_and_nothing_else(
    pictures: list[Any], shrunk: Callable[[Any], Any], rotated: Turn
) -> None:
    copies = copies_of(rotated)
    made = [np.ascontiguousarray(change(pictures[place])) for place, (_, change) in enumerate(copies)]
    told: list[tuple[str, int, int]] = []
    found = find_near_duplicates(
        [shrunk(picture) for picture in (*pictures, *made)], lambda *step: told.append(step)
    )
    changes = {(row.first, row.second): row.change for row in found.itertuples()}
    assert sorted(changes) == [(place, 24 + place) for place in range(len(copies))]
    for place, (words, _) in enumerate(copies):
        assert changes[place, 24 + place].startswith(words)
    assert [changes[place, 24 + place] for place in (0, 1, 4, 7)] == [
        copies[place][0] for place in (0, 1, 4, 7)
    ]
    assert not found["change"].str.contains(ANOTHER).any()
    assert found["agreement"].is_monotonic_decreasing
    phases = list(dict.fromkeys(phase for phase, _, _ in told))
    assert phases == ["finding keypoints", "comparing keypoints", "laying images over each other"]
    for phase in phases:
        last = [step for step in told if step[0] == phase][-1]
        assert last[1] == last[2] > 0


def test_skin_that_has_moved_is_said_to_be_perhaps_another_photograph(
    pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    y, x = np.mgrid[:256, :256].astype(np.float32)
    waves = [3 * np.sin(2 * np.pi * at / 128).astype(np.float32) for at in (y, x)]
    moved = cv2.remap(
        pictures[0], x + waves[0], y + waves[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    found = find_near_duplicates([shrunk(pictures[0]), shrunk(moved), shrunk(pictures[1])])
    assert found[["first", "second"]].to_numpy().tolist() == [[0, 1]]
    assert found["change"][0].endswith(ANOTHER)


@pytest.mark.parametrize("num", [0, 1, 6])
def test_no_pair_is_an_empty_table(num: int, pictures: list[Any], shrunk: Callable[[Any], Any]) -> None:
    found = find_near_duplicates([shrunk(picture) for picture in pictures[:num]])
    assert found.empty
    assert tuple(found.columns) == COLUMNS
