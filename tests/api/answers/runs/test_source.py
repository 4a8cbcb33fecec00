"""A run as a source: its images, what it has learnt from, its network, and what a report says of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.runs.source import RunSource, open_run, recipe_text
from lentigo.api.answers.source import Asked, Images


@pytest.fixture(scope="module")
def source(small_job: Any) -> RunSource:
    return open_run(small_job.run)


def test_it_has_learnt_from_its_training_part(source: RunSource) -> None:
    learnt = source.learnt()
    assert learnt is not None
    train = source.split.rows(source.manifest, "train")
    np.testing.assert_array_equal(learnt.images.rows, train)
    named = np.array(learnt.class_names)[learnt.labels]
    assert named.tolist() == source.manifest.table["class"].iloc[train].tolist()
    assert learnt.class_names == source.class_names


def test_its_network_answers_as_its_predictions_say(source: RunSource) -> None:
    stored = source.validation_predictions()
    assert stored is not None
    images = source.images(stored.image_ids[:5].tolist())
    assert images is not None
    ask = source.asker(images)
    assert ask is not None
    assert source.image_alone(images) is None, "it takes images alone in any case"
    np.testing.assert_allclose(ask(images.pixels()), stored.probabilities[:5], atol=1e-5)


def test_several_runs_have_no_network_to_ask(source: RunSource, monkeypatch: pytest.MonkeyPatch) -> None:
    members = [{"weight": 0.5, "name": "a", "path": "../a"}, {"weight": 0.5, "name": "b", "path": "../b"}]
    record = {**source.run.record(), "members": members, "mean": "arithmetic"}
    monkeypatch.setattr(type(source.run), "record", lambda _self: record)
    assert source.asker(Images(source.manifest, np.arange(2), source.run.recipe().input)) is None
    assert source.saliency(np.zeros((1, 2, 2, 3), np.uint8), np.zeros(1, np.int64)) is None
    assert recipe_text(source.run).splitlines() == [
        "arithmetic mean of 2 runs, by weight:", "0.500  a  ../a", "0.500  b  ../b",
    ]  # fmt: skip


def test_a_report_tells_its_parts_and_how_to_make_it_again(source: RunSource) -> None:
    about = source.about({"part": "test"}, Asked())
    assert about.commands == [
        source.run.record()["command"],
        f"lentigo evaluate {source.run.path} --part test",
    ]
    assert about.groups_on_two_sides == 0
    for facts in about.parts:
        assert facts.n_images == sum(facts.class_counts.values()) == len(source.image_ids(facts.part))
    folded = source.about({"part": "out-of-fold"}, Asked())
    assert folded.commands == [source.run.record()["command"]]
