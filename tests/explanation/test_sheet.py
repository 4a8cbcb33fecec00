from __future__ import annotations

import numpy as np
import pytest

from lentigo.explanation.sheet import (
    GAP,
    LINE_HEIGHT,
    MARGIN,
    TITLE_HEIGHT,
    SheetRow,
    Tile,
    contact_sheet,
    fit,
)

RED = np.zeros((30, 40, 3), np.uint8) + np.array([220, 10, 20], np.uint8)


def test_a_row_longer_than_the_columns_goes_on_below() -> None:
    two = contact_sheet([SheetRow("one", tiles=[Tile(RED)] * 2)], columns=2, side=50)
    three = contact_sheet([SheetRow("one", tiles=[Tile(RED)] * 3)], columns=2, side=50)
    assert two.shape[1] == three.shape[1] == 2 * MARGIN + 2 * 50 + GAP
    assert three.shape[0] - two.shape[0] == 50 + GAP


def test_captions_make_room_for_themselves() -> None:
    plain = contact_sheet([SheetRow("one", tiles=[Tile(RED)])], side=50)
    captioned = contact_sheet([SheetRow("one", tiles=[Tile(RED, ("a", "b"))])], side=50)
    assert captioned.shape[0] - plain.shape[0] == 2 * LINE_HEIGHT


def test_the_picture_is_where_it_should_be_and_undistorted() -> None:
    sheet = contact_sheet([SheetRow("one", tiles=[Tile(RED)])], columns=1, side=40)
    is_red = (sheet == [220, 10, 20]).all(axis=-1)
    rows, columns = np.flatnonzero(is_red.any(axis=1)), np.flatnonzero(is_red.any(axis=0))
    assert (columns[0], columns[-1] + 1) == (MARGIN, MARGIN + 40)
    assert (rows[0], rows[-1] + 1) == (MARGIN + TITLE_HEIGHT + 5, MARGIN + TITLE_HEIGHT + 35)


@pytest.mark.parametrize("name", ["<script>.jpg", "$\\frac{", "a\u202eb", "\udcff", "痣", "", "x" * 500])
def test_hostile_names_are_drawn_and_do_not_widen_the_sheet(name: str) -> None:
    sheet = contact_sheet([SheetRow(name, tiles=[Tile(RED, (name, name))])], columns=1, side=60)
    assert sheet.shape[1] == 2 * MARGIN + 60


def test_no_rows_and_no_tiles_still_give_a_sheet() -> None:
    assert contact_sheet([]).shape[2] == 3
    assert contact_sheet([SheetRow("empty")]).shape[2] == 3


@pytest.mark.parametrize(("height", "width"), [(1, 500), (500, 1), (3, 3)])
def test_the_longer_side_is_fitted(height: int, width: int) -> None:
    assert max(fit(np.zeros((height, width, 3), np.uint8), 64).size) == 64


def test_tiles_may_be_lower_than_wide() -> None:
    wide = np.full((20, 40, 3), 7, dtype=np.uint8)
    rows = [SheetRow("pairs", tiles=[Tile(wide)])]
    square, low = (contact_sheet(rows, columns=1, side=100, height=height) for height in (None, 50))
    assert len(square) - len(low) == 50
    assert (square == 7).all(axis=2).sum() == (low == 7).all(axis=2).sum() == 100 * 50
