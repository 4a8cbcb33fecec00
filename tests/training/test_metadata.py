"""Trainings with metadata: what age alone tells is learnt, and the image alone is still answered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from blobs import CLASS_NAMES, make_recipe

from lentigo.data.manifest import Manifest, replace_manifest
from lentigo.data.split import Split
from lentigo.settings.recipe import Augmentation, HeadLayer, Metadata, Model, Recipe, Stage, Stored
from lentigo.training.inference import known_of, load_network, predict_images, predict_rows
from lentigo.training.progress import TrainingProgress
from lentigo.training.run import train_network

AGES = {"MEL": 20.0, "NV": 45.0, "BCC": 80.0}


@pytest.fixture(scope="module")
def aged(
    blob_data: tuple[Manifest, Split], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Manifest, Split]:
    """Blobs whose class is told by their age, and not by their colour."""
    manifest, split = blob_data
    table = manifest.table.copy()
    names = np.array(CLASS_NAMES)[np.arange(len(table)) // 3 % 3]
    table["class"], table["age_years"] = names, [AGES[name] for name in names]
    folder = tmp_path_factory.mktemp("aged")
    return replace_manifest(folder, table, manifest.image_root, CLASS_NAMES, {}), split


def recipe(*use: str, **changes: object) -> Recipe:
    plain = replace(
        make_recipe(average_weights=0.0, optimizer="adam", weight_decay=0.0, keep="last"),
        augmentation=Augmentation(),
        model=Model(head=(HeadLayer("pool"),)),
        metadata=Metadata(use),  # type: ignore[arg-type]
        stages=(Stage(("all",), 8, 1e-2),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


class Notes(TrainingProgress):
    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, text: str) -> None:
        self.said.append(text)


def accuracy(answers: np.ndarray, manifest: Manifest, rows: np.ndarray) -> float:
    truth = [CLASS_NAMES.index(name) for name in manifest.table["class"].iloc[rows]]
    return float((answers.argmax(axis=1) == truth).mean())


def test_a_class_that_age_alone_tells_is_learnt_with_it_and_not_without(
    aged: tuple[Manifest, Split], tmp_path: Path
) -> None:
    manifest, split = aged
    rows, notes = split.rows(manifest, "validation"), Notes()
    told = train_network(recipe("age", "site"), *aged, tmp_path / "told", notes)
    alone = train_network(recipe(), *aged, tmp_path / "alone")
    answers = predict_rows(told, manifest, rows)
    assert accuracy(answers, manifest, rows) > 0.9
    assert accuracy(predict_rows(alone, manifest, rows), manifest, rows) < 0.6
    assert told.history()[-1]["val_accuracy"] == accuracy(answers, manifest, rows)
    image_alone = predict_rows(told, manifest, rows, is_image_alone=True)
    assert np.isfinite(image_alone).all()
    np.testing.assert_allclose(image_alone.sum(axis=1), 1, atol=1e-6)
    assert accuracy(image_alone, manifest, rows) < 0.6, "nothing of the age is known any more"
    # one network, asked in two ways: answers without metadata are those to zeros
    zeros = np.zeros((len(rows), load_network(told).metadata.input.shape[-1]), np.float32)  # type: ignore[union-attr]
    images = np.stack([np.full((24, 32, 3), 100, np.uint8)] * len(rows))
    np.testing.assert_array_equal(
        predict_images(load_network(told), images), predict_images(load_network(told), images, known=zeros)
    )
    record = told.record()["metadata"]
    assert record["known"]["age"] == 1.0
    assert set(record["not_taken"]) == {"site 'elsewhere'"}
    assert any("site 'elsewhere'" in text and "metadata.sites" in text for text in notes.said)
    assert "metadata" not in alone.record()


def test_stored_activations_are_told_the_same(aged: tuple[Manifest, Split], tmp_path: Path) -> None:
    """A frozen stage on stored activations learns age too; what is stored knows nothing of it."""
    manifest, split = aged
    frozen = (Stage(("all",), 1, 1e-3), Stage(("head",), 6, 2e-2))
    stored = recipe("age", stages=frozen, stored=Stored("always", views=1, type="float32"))
    run = train_network(stored, *aged, tmp_path / "stored")
    assert [stage["is_stored"] for stage in run.record()["stages"]] == [False, True]
    rows = split.rows(manifest, "validation")
    assert accuracy(predict_rows(run, manifest, rows), manifest, rows) > 0.9
    computed = replace(stored, stored=Stored("never"))
    other = train_network(computed, *aged, tmp_path / "computed")
    known = known_of(stored, manifest, rows)
    assert known is not None
    np.testing.assert_allclose(
        predict_rows(run, manifest, rows), predict_rows(other, manifest, rows), atol=1e-4
    )


def test_a_run_with_metadata_starts_from_one_without(aged: tuple[Manifest, Split], tmp_path: Path) -> None:
    short = (Stage(("all",), 1, 1e-3),)
    first = train_network(recipe(stages=short), *aged, tmp_path / "first")
    training = replace(recipe().training, start_from=str(first.path), start_layers="fitting")
    second = train_network(recipe("age", training=training, stages=short), *aged, tmp_path / "second")
    assert second.record()["started_from"]["fresh_layers"] == ["metadata_logits"]
