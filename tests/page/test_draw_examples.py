"""The examples that are shipped are those the script draws."""

from __future__ import annotations

import json
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from lentigo.data.taxonomy import ISIC_2019_ORDER, plain_name
from lentigo.page import draw_examples
from lentigo.page.draw_examples import EXAMPLES, FOLDER, HEIGHT, WIDTH


def test_there_is_one_of_every_class_that_can_be_drawn() -> None:
    assert tuple(one.class_name for one in EXAMPLES) == ISIC_2019_ORDER[:-1]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.class_name)
def test_the_shipped_picture_is_the_drawn_one(example: draw_examples.Example) -> None:
    path = FOLDER / example.file_name
    assert path.stat().st_size < 15_000
    with Image.open(path) as image:
        shipped = np.asarray(image).astype(float)
    assert shipped.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(shipped - draw_examples.draw(example)).mean() < 5  # what JPEG loses


def test_writing_them_anew_changes_nothing_that_is_listed(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(draw_examples, "FOLDER", tmp_path / "examples")
    monkeypatch.setattr(draw_examples, "draw", lambda _one: np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    draw_examples.main()
    written = {path.name for path in (tmp_path / "examples").iterdir()}
    assert written == {path.name for path in FOLDER.iterdir()}
    listed = (tmp_path / "examples" / "examples.json").read_bytes()
    assert listed == (FOLDER / "examples.json").read_bytes()
    rows = json.loads(listed)
    assert [row["plain_name"] for row in rows] == [plain_name(one.class_name) for one in EXAMPLES]
    with Image.open(BytesIO((tmp_path / "examples" / rows[0]["file"]).read_bytes())) as image:
        assert image.size == (WIDTH, HEIGHT)
