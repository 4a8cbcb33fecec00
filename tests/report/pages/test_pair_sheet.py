"""The contact sheet of pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lentigo.report.pages.pair_sheet import PairTile, caption, draw_pair_sheet


def row(**facts: Any) -> dict[str, Any]:
    usual = {"image_name_1": "a", "image_name_2": "b", "part_1": "train", "part_2": "test", "kind": "near"}
    return {**usual, "class_1": "NV", "class_2": "MEL", "change": "", "agreement": 0.91, **facts}


def tile(colour: int, **facts: Any) -> PairTile:
    picture = np.full((64, 64, 3), colour, dtype=np.uint8)
    return PairTile(picture, 255 - picture, row(**facts))


def test_captions_say_who_where_and_what_differs() -> None:
    assert caption(row()) == ("a | b", "train NV | test MEL", "agreement 0.91, brightness or encoding")
    turned = row(change="turned by 90 degrees", part_1="", part_2="", class_1="", class_2="")
    assert caption(turned) == ("a | b", "", "agreement 0.91, turned by 90 degrees")
    assert caption(row(kind="bytes"))[2] == "equal files"


def test_both_pictures_are_on_the_sheet(tmp_path: Path) -> None:
    path = draw_pair_sheet(tmp_path / "pairs.jpg", [tile(40), tile(40, kind="bytes", part_2="train")])
    pixels = np.asarray(Image.open(path).convert("L"), dtype=int)
    for value in (40, 215):
        assert (np.abs(pixels - value) < 6).mean() > 0.02


def test_titles_name_kind_and_parts() -> None:
    assert tile(0).title == "Near-duplicates in two parts"
    assert tile(0, kind="pixels", part_2="train").title == "The same pixels"
