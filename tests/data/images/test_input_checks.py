"""Made-up bad images are caught, drawn and real dermoscopy is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from lentigo.data.images.input_checks import (
    CHECK_SIDE,
    INPUT_CHECKS,
    appearance,
    failed_checks,
    image_figures,
)
from lentigo.data.images.pixels import decode

GENERATOR = np.random.default_rng(0)


def thumbnail(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(
        Image.fromarray(pixels).convert("RGB").resize((CHECK_SIDE, CHECK_SIDE), Image.Resampling.BILINEAR)
    )


def names(pixels: np.ndarray) -> list[str]:
    return [check.name for check in failed_checks(thumbnail(pixels))]


def text_page() -> np.ndarray:
    page = Image.new("RGB", (600, 800), "white")
    pen = ImageDraw.Draw(page)
    for row in range(20, 780, 18):
        pen.text(
            (20, row),
            "Patients were asked to come back within a week if anything changed. " * 2,
            fill="black",
        )
    return np.asarray(page)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[np.ndarray]:
    from lentigo.cli.app import main

    folder = tmp_path_factory.mktemp("drawn") / "lesions"
    assert main(["data", "synthesize", str(folder), "--images", "32"]) == 0
    files = sorted((folder / "images").iterdir())
    return [decode(file, CHECK_SIDE, CHECK_SIDE) for file in files]


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (220, 170, 150)])
def test_a_blank_image_is_blank_and_nothing_else(colour: tuple[int, int, int]) -> None:
    assert names(np.full((90, 120, 3), colour, np.uint8)) == ["blank"]


def test_noise_and_text_are_not_skin() -> None:
    assert "not_skin" in names(GENERATOR.integers(0, 256, (224, 224, 3), dtype=np.uint8))
    assert "not_skin" in names(GENERATOR.integers(0, 256, (450, 600, 3), dtype=np.uint8))
    assert "not_skin" in names(text_page())


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket", "page", "camera", "retina"])
def test_photographs_of_other_things_are_told(name: str) -> None:
    data = pytest.importorskip("skimage.data")
    folder = Path(data.__file__).parent
    found = sorted(folder.glob(f"{name}.*"))
    if not found:
        pytest.skip(f"this scikit-image does not carry {name}")
    assert {"not_skin", "cluttered"} & set(names(np.asarray(Image.open(found[0]).convert("RGB"))))


def test_drawn_dermoscopy_passes_and_blurred_is_told(drawn: list[np.ndarray]) -> None:
    passed = [image for image in drawn if not failed_checks(image)]
    assert len(passed) >= 0.9 * len(drawn)
    blur = ImageFilter.GaussianBlur(4)
    blurred = [np.asarray(Image.fromarray(image).filter(blur)) for image in passed]
    caught = ["blurred" in [check.name for check in failed_checks(image)] for image in blurred]
    assert np.mean(caught) > 0.95


def test_real_dermoscopy_passes(shared: Path) -> None:
    files = sorted((shared / "data" / "isic2019-small" / "images").iterdir())[::80]
    failed = [failed_checks(decode(file, CHECK_SIDE, CHECK_SIDE)) for file in files]
    for check in INPUT_CHECKS:
        assert np.mean([check in one for one in failed]) <= 0.03, check.name  # of about 100 images


def test_figures_by_hand() -> None:
    halves = np.zeros((CHECK_SIDE, CHECK_SIDE, 3), np.uint8)
    halves[:, 64:] = 200
    found = image_figures(halves)
    assert found.contrast == pytest.approx(100, abs=0.01)
    assert (found.grey, found.texture) == (1.0, 0.0)
    # the Laplacian is 200 at either side of the edge, 2 of the 126 inner columns, and 0 elsewhere
    assert found.detail == pytest.approx(np.sqrt(2 / 126) * 200, rel=1e-3)


def test_appearance_by_hand() -> None:
    pink = np.full((CHECK_SIDE, CHECK_SIDE, 3), (200, 150, 100), np.uint8)
    np.testing.assert_allclose(
        appearance(pink),
        [10 * 50 / 450, 10 * 50 / 450, np.log(0.002), 0, np.log(0.5), np.log(0.5)],
        atol=1e-3,
    )
