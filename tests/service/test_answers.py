"""Rows and pictures; what a bundle says is passed on whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lentigo.bundle.one_answer import Prediction
from lentigo.bundle.prediction import Bundle
from lentigo.service.admission.uploads import Upload
from lentigo.service.answers import answer_row, model_facts, model_identity, shown_name


def test_a_row_passes_on_what_it_does_not_know(
    bundle: Bundle, png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Prediction.row

    def later(self: Prediction) -> dict[str, Any]:
        return known(self) | {"something_new": [1, 2]}

    monkeypatch.setattr(Prediction, "row", later)
    row = answer_row(bundle, 3, Upload("a.png", png), "none")
    assert row["something_new"] == [1, 2]
    assert row["index"] == 3
    assert "saliency" not in row


def test_an_unusable_image_has_no_maps(bundle: Bundle) -> None:
    row = answer_row(bundle, 0, Upload("a.png", b"text"), "all")
    assert row["saliency"] == {}
    assert row["error"]


def test_facts_can_be_written_as_json_without_the_training_images(bundle: Bundle) -> None:
    facts = model_facts(bundle.facts)
    assert json.loads(json.dumps(facts, allow_nan=False))["input"] == {
        "height": 16,
        "width": 24,
        "resize": "squash",
    }
    assert not {"training_images", "files"} & facts.keys()
    assert model_identity(bundle.facts)["weights_sha256"] == "cd" * 32


def test_a_name_cannot_hide_anything() -> None:
    assert shown_name("a\u202eb\n\x00c") == "a[U+202E]b[U+000A][U+0000]c"
    assert shown_name("é漢字 (1).jpg") == "é漢字 (1).jpg"
    assert len(shown_name("x" * 9999)) == 120
