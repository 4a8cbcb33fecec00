"""Looking at files: what they are, or why they cannot be used."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from lentigo.data.images.looking import BRIGHTNESS, look_at, look_at_all, same_pixels
from lentigo.settings.files import sha256_of


def test_a_good_file_has_size_hash_and_sketch(draw_image: Callable[..., None], tmp_path: Path) -> None:
    draw_image(tmp_path / "a.jpg")
    look = look_at(tmp_path / "a.jpg", BRIGHTNESS)
    assert (look.width, look.height, look.reason) == (80, 72, "")
    assert look.sha256 == sha256_of(tmp_path / "a.jpg")
    assert look.sketch is not None
    grey = np.asarray(Image.open(tmp_path / "a.jpg").convert("L").resize((128, 115)), dtype=int)
    assert np.abs(look.sketch.astype(int) - grey).mean() < 2


def test_bad_files_have_a_reason_and_no_sketch(draw_image: Callable[..., None], tmp_path: Path) -> None:
    draw_image(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_bytes((tmp_path / "a.jpg").read_bytes()[:400])
    steps: list[tuple[int, int]] = []
    paths = [tmp_path / name for name in ("a.jpg", "b.jpg", "none.jpg")]
    good, broken, missing = look_at_all(paths, BRIGHTNESS, lambda done, total: steps.append((done, total)))
    assert not good.reason
    assert "truncated" in broken.reason
    assert broken.sha256
    assert missing.reason == "the file is missing"
    assert broken.sketch is missing.sketch is None
    assert steps[-1] == (3, 3)


def test_the_same_pixels_in_another_file(draw_image: Callable[..., None], tmp_path: Path) -> None:
    draw_image(tmp_path / "a.png")
    shutil.copy(tmp_path / "a.png", tmp_path / "b.png")
    Image.open(tmp_path / "a.png").save(tmp_path / "c.bmp")
    draw_image(tmp_path / "d.png", seed=1)
    assert same_pixels([tmp_path / name for name in ("a.png", "d.png", "b.png", "c.bmp")]) == [0, 1, 0, 0]
