"""What is said of a pair."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lentigo.data.copies.near_duplicates.changes import change_in_words

SIZE = (96, 128)


def turn(degrees: float, scale: float = 1, is_mirrored: bool = False) -> np.ndarray:
    """About the middle of a picture of 128 x 96."""
    whole = np.vstack([cv2.getRotationMatrix2D((63.5, 47.5), -degrees, scale), [0, 0, 1]])
    mirror = np.array([[-1, 0, 127], [0, 1, 0], [0, 0, 1.0]]) if is_mirrored else np.eye(3)
    return (whole @ mirror)[:2]


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (turn(0), ""),
        (turn(2), ""),
        (turn(180), "turned by 180 degrees"),
        (turn(-10), "turned by 10 degrees, cropped to 90 % of its area"),
        (turn(0, is_mirrored=True), "flipped left to right"),
        (turn(180, is_mirrored=True), "flipped top to bottom"),
        (turn(0, 0.6), "cropped to 36 % of its area"),
        (turn(180, 0.5, is_mirrored=True), "flipped top to bottom, cropped to 25 % of its area"),
        (
            turn(20, 0.7, is_mirrored=True),
            "flipped left to right, turned by 20 degrees, cropped to 49 % of its area",
        ),
    ],
)
def test_words_from_either_end(matrix: np.ndarray, words: str) -> None:
    if "90 %" not in words:
        assert change_in_words(matrix, SIZE, SIZE) == words
    else:
        assert change_in_words(matrix, SIZE, SIZE).startswith("turned by 10 degrees, cropped to ")
    assert change_in_words(cv2.invertAffineTransform(matrix), SIZE, SIZE) == change_in_words(
        matrix, SIZE, SIZE
    )


def test_a_quarter_turn_of_a_picture_that_is_not_square_is_not_cropped() -> None:
    matrix = np.array([[0, 1.0, 0], [-1, 0, 95]])
    assert change_in_words(matrix, (96, 128), (128, 96)) == "turned by 90 degrees"


def test_a_picture_squashed_to_a_square_is_neither_turned_nor_cropped() -> None:
    assert change_in_words(np.array([[1.0, 0, 0], [0, 0.75, 0]]), (96, 128), (128, 128)) == ""
