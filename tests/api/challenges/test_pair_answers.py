"""Photographs of lesions as pairs of pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lentigo.api.challenges.lesion_files import LesionFiles
from lentigo.api.challenges.pair_answers import pair_pixels
from lentigo.settings.errors import ImageError
from lentigo.settings.recipe import Input


def test_the_first_of_each_view_in_any_order() -> None:
    files = [Path(name) for name in "abcde"]
    views = ["clinical", "dermoscopic", "dermoscopic", "dermoscopic", "clinical"]
    found = LesionFiles(files, ["L1", "L1", "L1", "L2", "L3"], views).pairs()
    expected = {"L1": [files[1], files[0]], "L2": [files[3], None], "L3": [None, files[4]]}
    assert found == expected


def test_pixels_of_a_pair(tmp_path: Path) -> None:
    for name, level in (("a", 200), ("b", 90)):
        Image.fromarray(np.full((40, 40, 3), level, np.uint8)).save(tmp_path / f"{name}.png")
    image = Input(16, 24, view="pair")
    found = pair_pixels([tmp_path / "a.png", tmp_path / "b.png"], image)
    assert (found.shape, found.dtype) == ((32, 24, 3), np.uint8)
    assert (set(found[:16].ravel()), set(found[16:].ravel())) == ({200}, {90})
    assert pair_pixels([None, tmp_path / "b.png"], image)[:16].max() == 0
    with pytest.raises(ImageError, match=r"c\.png"):
        pair_pixels([tmp_path / "a.png", tmp_path / "c.png"], image)
