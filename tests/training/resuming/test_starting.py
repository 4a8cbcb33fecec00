"""Starting from the weights of an earlier run: what is read, what starts afresh, and what is refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from blobs import make_recipe

from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.models import build_network
from lentigo.settings.errors import LeakError, ModelError, RunError, SettingsError
from lentigo.settings.recipe import HeadLayer, Input, Model, Recipe, Stage, Training
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe
from lentigo.training.resuming.starting import check_start, find_start, start_network
from lentigo.training.run import train_network

SMALL = Input(24, 32)


def model(units: int) -> Model:
    return Model(head=(HeadLayer("pool"), HeadLayer("dense", units=units)))


@pytest.fixture(scope="module")
def first(blob_data: tuple[Manifest, Split], tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    recipe = make_recipe(average_weights=0.0)
    recipe = replace(recipe, model=model(8), stages=(Stage(("all",), 1, 5e-3),))
    return train_network(recipe, *blob_data, tmp_path_factory.mktemp("runs") / "first")


def going_on(first: RunDirectory, **training: object) -> Recipe:
    settings = {"start_from": "first", "average_weights": 0.0, "optimizer": "sgd", **training}
    return replace(make_recipe(**settings), model=first.recipe().model, stages=(Stage(("head",), 1, 1e-9),))


def test_a_name_is_found_here_or_beside_the_new_run(tmp_path: Path) -> None:
    earlier = tmp_path / "runs" / "earlier"
    earlier.mkdir(parents=True)
    (earlier / "run.json").write_text("{}", encoding="utf-8")
    beside = Training(start_from="earlier")
    assert find_start(beside, tmp_path / "runs" / "new") == earlier.resolve()
    assert find_start(Training(start_from=str(earlier)), tmp_path / "new") == earlier
    assert find_start(Training(), tmp_path / "new") is None
    with pytest.raises(RunError, match="neither here nor beside"):
        find_start(beside, tmp_path / "elsewhere" / "new")


@pytest.mark.parametrize(
    ("record", "error"),
    [
        ({"status": "running"}, RunError),
        ({"status": "finished", "manifest": {"sha256": "m"}, "split": {"hash": "x"}}, LeakError),
        ({"status": "finished", "manifest": {"sha256": "x"}, "split": {"hash": "s"}}, LeakError),
    ],
)
def test_a_run_that_may_know_held_out_images_is_refused(
    tmp_path: Path, record: dict[str, object], error: type[Exception]
) -> None:
    (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    weights = tmp_path / "model.weights.h5"
    weights.touch()
    for start in (tmp_path, weights):  # naming the file inside the run does not get round the guard
        with pytest.raises(error):
            check_start(start, "m", "s")


def test_weights_of_no_run_say_nothing_of_what_they_learnt(tmp_path: Path) -> None:
    weights = tmp_path / "any.weights.h5"
    weights.touch()
    check_start(weights, "m", "s")


def test_a_run_goes_on_from_the_weights_of_another(
    first: RunDirectory, blob_data: tuple[Manifest, Split]
) -> None:
    run = train_network(going_on(first), *blob_data, first.path.parent / "second")
    started = run.record()["started_from"]
    assert started["sha256"] == first.record()["weights"]["sha256"]
    assert started["fresh_layers"] == []
    # with an lr of a billionth nothing moves: what comes out is what went in
    assert run.history()[0]["val_accuracy"] == first.history()[-1]["val_accuracy"]
    before = build_network(first.recipe().model, SMALL, 3).model
    after = build_network(first.recipe().model, SMALL, 3).model
    before.load_weights(first.weights_file)
    after.load_weights(run.weights_file)
    for one, other in zip(before.get_weights(), after.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_layers_of_another_shape_start_afresh_only_when_that_is_asked_for(first: RunDirectory) -> None:
    network = build_network(model(5), SMALL, 3, seed=1)
    with pytest.raises(ModelError):
        start_network(network, first.path, "all")
    assert start_network(network, first.path, "fitting")["fresh_layers"] == ["dense_1", "logits"]
    source = build_network(first.recipe().model, SMALL, 3)
    source.model.load_weights(first.weights_file)
    for one, other in zip(source.backbone.get_weights(), network.backbone.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_run_of_which_nothing_fits_is_refused(first: RunDirectory, tmp_path: Path) -> None:
    other = build_network(Model("efficientnet-lite0", head=(HeadLayer("pool"),)), Input(32, 32), 2)
    with pytest.raises(ModelError, match="no layer"):
        start_network(other, first.path, "fitting")
    shutil.copyfile(first.weights_file, tmp_path / "alone.weights.h5")
    with pytest.raises(ModelError, match="lies in no run"):
        start_network(other, tmp_path / "alone.weights.h5", "fitting")


def test_a_search_is_not_trained_as_one_run(blob_data: tuple[Manifest, Split], tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="lentigo search"):
        train_network(load_recipe("genetic"), *blob_data, tmp_path / "run")
