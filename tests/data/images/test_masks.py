from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lentigo.data.images.masks import find_mask, read_masks
from lentigo.data.sources.synthetic import synthesize
from lentigo.data.synthesis.generate import draw_image
from lentigo.settings.errors import DataError
from lentigo.settings.reading import read_json
from lentigo.settings.recipe import Input


def test_masks_of_drawn_images_are_those_they_were_drawn_with(tmp_path: Path) -> None:
    folder = synthesize(tmp_path / "lesions", num_images=4, height=48, width=64)
    paths = sorted((folder / "images").iterdir())
    facts = read_json(folder / "synthetic.json")["images"]
    for kind in ("lesion", "evidence"):
        masks = read_masks(paths, kind, Input(48, 64))
        assert masks is not None
        for path, mask in zip(paths, masks, strict=True):
            one = facts[path.stem]
            drawn = draw_image(one["class"], one["lesion_seed"], one["view"], 48, 64)
            np.testing.assert_array_equal(mask, getattr(drawn, f"{kind}_mask"))


def test_a_mask_is_resized_as_its_image_is(tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    mask = np.zeros((40, 80), np.uint8)
    mask[:, :40] = 255  # the left half
    Image.fromarray(mask).save(tmp_path / "masks" / "a.lesion.png")
    image = tmp_path / "images" / "a.jpg"
    squashed = read_masks([image], "lesion", Input(20, 20, resize="squash"))
    padded = read_masks([image], "lesion", Input(20, 20, resize="pad"))
    assert squashed is not None
    assert padded is not None
    assert squashed.shape == (1, 20, 20)
    assert squashed.mean() == pytest.approx(0.5, abs=0.03)
    assert padded.mean() == pytest.approx(0.25, abs=0.03)
    assert not padded[0, :4].any()


def test_the_names_of_ham10000_in_a_folder_of_ones_own(tmp_path: Path) -> None:
    Image.fromarray(np.full((8, 8), 255, np.uint8)).save(tmp_path / "ISIC_0024306_segmentation.png")
    image = Path("elsewhere/ISIC_0024306.jpg")
    assert find_mask(image, "lesion", tmp_path) == tmp_path / "ISIC_0024306_segmentation.png"
    assert find_mask(image, "evidence", tmp_path) is None
    assert find_mask(image, "lesion") is None


def test_a_missing_mask_means_none_at_all(tmp_path: Path) -> None:
    folder = synthesize(tmp_path / "lesions", num_images=2, height=48, width=64)
    paths = sorted((folder / "images").iterdir())
    (folder / "masks" / f"{paths[0].stem}.lesion.png").unlink()
    assert read_masks(paths, "lesion", Input(48, 64)) is None
    assert read_masks([], "lesion", Input(48, 64)) is None


def test_a_mask_that_is_no_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.lesion.png").write_text("no image")
    with pytest.raises(DataError, match=r"a\.lesion\.png"):
        read_masks([Path("a.jpg")], "lesion", Input(20, 20), tmp_path)
