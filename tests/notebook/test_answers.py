"""Answers beside their images, of files and of images in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lentigo
from lentigo.settings.errors import BundleError


@pytest.fixture
def photograph() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (40, 60, 3), dtype=np.uint8)


def test_a_bundle_shows_its_facts_and_its_card(bundle_path: Path) -> None:
    bundle = lentigo.load_bundle(bundle_path)
    card = bundle._repr_html_()
    assert "Model card" in card
    assert bundle.facts.name in card
    with pytest.raises(BundleError):
        lentigo.load_bundle(bundle_path / "nothing")


def test_answers_are_still_answers_and_show_their_images(bundle_path: Path, photograph: np.ndarray) -> None:
    answers = lentigo.load_bundle(bundle_path).predict(photograph)
    assert answers[0].probabilities is not None
    assert "data:image/jpeg" in answers._repr_html_()
    assert answers.rows().to_frame()["class"].tolist() == [answers[0].class_name]


def test_predictions_take_files_arrays_and_opened_images_alike(
    bundle_path: Path, photograph: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "<b>.png"
    Image.fromarray(photograph).save(path)
    opened = Image.open(path)
    found = lentigo.predict(bundle_path, (image for image in (path, photograph, opened)))
    assert [row["class"] for row in found] == [found[0]["class"]] * 3
    assert [row["image"] for row in found] == [str(path), "", ""]
    assert [row["seen_in_training"] for row in found] == [False, None, None]
    card = found._repr_html_()
    assert card.count("data:image/jpeg") == 3
    assert "<b>" not in card
    assert len(found.to_frame()) == 3


def test_an_answer_without_an_image_shows_the_reason(bundle_path: Path, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("text")
    found = lentigo.predict(bundle_path, tmp_path / "text.jpg")
    assert found[0]["error"]
    card = found._repr_html_()
    assert "<img" not in card
    assert "text.jpg" in card
