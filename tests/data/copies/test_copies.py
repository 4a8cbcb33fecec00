"""Pairs that are one photograph: by id, bytes, pixels and look."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from PIL import Image

from lentigo.data.copies.copies import but_views, clusters, pairs_by_content, pairs_by_id
from lentigo.data.images.looking import BRIGHTNESS, look_at_all


def named(pairs: pd.DataFrame) -> set[tuple[int, int, str]]:
    return {(row.first, row.second, row.kind) for row in pairs.itertuples()}


def test_ids() -> None:
    found = pairs_by_id(["a", "b", "a_downsampled", "a", "a_downsampled"])
    assert named(found) == {(0, 3, "image"), (2, 4, "image"), (0, 2, "twin")}


def test_content(draw_image: Callable[..., None], tmp_path: Path) -> None:
    for seed in range(4):
        draw_image(tmp_path / f"{seed}.png", seed, 160, 144)
    shutil.copy(tmp_path / "0.png", tmp_path / "4.png")
    Image.open(tmp_path / "0.png").save(tmp_path / "5.bmp")
    Image.open(tmp_path / "1.png").transpose(Image.Transpose.ROTATE_180).save(tmp_path / "6.png")
    (tmp_path / "7.png").write_bytes(b"")
    paths = sorted(tmp_path.iterdir())
    found = pairs_by_content(look_at_all(paths, BRIGHTNESS), paths)
    assert named(found) == {(0, 4, "bytes"), (0, 5, "pixels"), (1, 6, "near")}
    assert found["change"].tolist() == ["", "", "turned by 180 degrees"]
    without = pairs_by_content(look_at_all(paths, BRIGHTNESS), paths, compare=False)
    assert named(without) == {(0, 4, "bytes"), (0, 5, "pixels")}


def test_nothing_to_read() -> None:
    paths = [Path("a"), Path("b")]
    assert pairs_by_content(look_at_all(paths, BRIGHTNESS), paths).empty


def test_clusters_chain() -> None:
    pairs = pd.DataFrame({"first": [1, 2], "second": [2, 4]})
    assert clusters(pairs, 6).tolist() == ["", "1", "1", "", "1", ""]
    assert clusters(pairs.iloc[:0], 2).tolist() == ["", ""]


def test_two_views_of_a_lesion_that_look_alike_are_no_copies() -> None:
    table = pd.DataFrame({"lesion_id": ["L1", "L1", "L2", "", "", "L3", "L3"]})
    table["view"] = [
        "clinical",
        "dermoscopic",
        "dermoscopic",
        "clinical",
        "dermoscopic",
        "clinical",
        "clinical",
    ]
    pairs = [(0, 1, "near"), (0, 1, "bytes"), (1, 2, "near"), (3, 4, "near"), (5, 6, "near"), (0, 1, "twin")]
    found = but_views(pd.DataFrame(pairs, columns=["first", "second", "kind"]), table)
    assert named(found) == {(0, 1, "bytes"), (1, 2, "near"), (3, 4, "near"), (5, 6, "near")}
