"""Pairs whose keypoints agree on one placement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from lentigo.data.copies.near_duplicates import candidates
from lentigo.data.copies.near_duplicates.candidates import find_candidates
from lentigo.data.copies.near_duplicates.keypoints import find_keypoints


def found_among(sketches: Sequence[Any], progress: Any = None) -> Any:
    return find_candidates(
        [find_keypoints(np.ascontiguousarray(one)) for one in sketches],
        [one.shape for one in sketches],
        progress,
    )


def test_a_turned_crop_is_found_once_and_a_mirrored_one_as_mirrored(
    pictures: list[Any], shrunk: Callable[[Any], Any], rotated: Callable[[Any, float], Any]
) -> None:
    plain = [shrunk(picture) for picture in pictures[:12]]
    copies = [shrunk(rotated(pictures[3], 33)[40:220, 30:210]), shrunk(rotated(pictures[5][:, ::-1], -70))]
    steps: list[tuple[int, int]] = []
    found = found_among([*plain, *copies], lambda done, total: steps.append((done, total)))
    best = [(one["first"], one["second"], one["is_mirrored"]) for one in found[:2]]
    assert set(best) == {(3, 12, False), (5, 13, True)}
    assert (found["first"] < found["second"]).all()
    assert (np.diff(found["votes"]) <= 0).all()
    assert found["votes"][1] > 3 * found["votes"][2]
    assert steps[-1][0] == steps[-1][1]


def test_plain_pictures_are_no_candidates() -> None:
    assert len(found_among([np.full((128, 128), 90, np.uint8)] * 3)) == 0
    assert len(find_candidates([], [])) == 0


def test_partners_are_bounded(
    pictures: list[Any], shrunk: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [shrunk(pictures[0])] * 12
    assert len(found_among(crowd)) == 12 * 11 / 2
    monkeypatch.setattr(candidates, "MOST_PARTNERS", 2)
    found = found_among(crowd)
    assert 0 < len(found) <= 2 * 2 * 12 < 12 * 11 / 2
    assert len({(one["first"], one["second"]) for one in found}) == len(found)


def test_a_keypoint_votes_with_the_likest_of_a_crowd(
    pictures: list[Any], shrunk: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "MOST_LIKE", 2)
    faint = np.random.default_rng(0).normal(0, 6, (10, 128, 128))
    crowd = [np.clip(shrunk(pictures[0]) + noise, 0, 255).astype(np.uint8) for noise in faint]
    found = found_among([shrunk(pictures[0]), *crowd, shrunk(pictures[0][:, 20:])])
    assert (found[0]["first"], found[0]["second"]) == (0, 11)


def test_blocks_change_nothing(
    pictures: list[Any], shrunk: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sketches = [
        shrunk(picture) for picture in (*pictures[:3], *(picture[30:, 20:] for picture in pictures[:3]))
    ]
    whole = found_among(sketches)
    monkeypatch.setattr(candidates, "BLOCK", 50_000)
    np.testing.assert_array_equal(found_among(sketches), whole)
