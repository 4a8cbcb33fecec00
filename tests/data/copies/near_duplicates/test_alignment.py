"""Agreement of details once two sketches are laid over each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lentigo.data.copies.near_duplicates.alignment import align

AS_IT_IS = np.eye(2, 3)


def test_a_crop_is_found_although_the_guess_is_off_whichever_comes_first(
    pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    whole, part = shrunk(pictures[0]), shrunk(pictures[0][52:206, 52:206])
    guess = np.array([[0.61, 0, 25.0], [0, 0.59, 27.0]])
    match = align(whole, part, guess)
    assert match.agreement > 0.85
    np.testing.assert_allclose(match.matrix[:, :2], np.eye(2) * 154 / 256, atol=0.02)
    other = align(part, whole, np.array([[1 / 0.61, 0, -25 / 0.61], [0, 1 / 0.59, -27 / 0.59]]))
    assert abs(other.agreement - match.agreement) < 0.01
    np.testing.assert_allclose(other.matrix[:, :2], np.eye(2) * 256 / 154, atol=0.03)


def test_brightness_does_not_matter(pictures: list[Any], shrunk: Callable[[Any], Any]) -> None:
    first = shrunk(pictures[1])
    assert align(first, (first * 0.8).astype(np.uint8), AS_IT_IS).agreement > 0.95


def test_two_spots_of_one_size_are_not_one_photograph() -> None:
    y, x = np.mgrid[:128, :128] / 128
    spot = 120 * np.exp(-((((x - 0.5) ** 2 + (y - 0.5) ** 2) / 0.02) ** 4))
    skins = np.random.default_rng(0).normal(190, 6, (2, 128, 128))
    first, second = np.clip(skins - spot, 0, 255).astype(np.uint8)
    assert align(first, second, AS_IT_IS).agreement < 0.5


def test_rims_of_a_black_frame_do_not_count(pictures: list[Any], shrunk: Callable[[Any], Any]) -> None:
    y, x = np.mgrid[:128, :128] / 128
    frame = (x - 0.5) ** 2 + (y - 0.5) ** 2 > 0.22
    first, second = (np.where(frame, 0, shrunk(pictures[seed])).astype(np.uint8) for seed in (4, 5))
    assert align(first, second, AS_IT_IS).agreement < 0.4


def test_pictures_without_details_or_overlap_agree_in_nothing(
    pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    plain, picture = np.full((128, 128), 90, np.uint8), shrunk(pictures[6])
    assert align(plain, plain, AS_IT_IS).agreement == 0
    assert align(np.zeros_like(plain), plain, AS_IT_IS).agreement == 0
    assert align(picture, picture, np.array([[1.0, 0, 100], [0, 1.0, 0]])).agreement == 0
