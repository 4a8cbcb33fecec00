"""The same recipe on TensorFlow and on JAX: weights written by one mean the same to the other."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from blobs import CLASS_NAMES, make_recipe
from elsewhere import see

from lentigo.data.manifest import Manifest
from lentigo.data.split import Split, save_split
from lentigo.models import build_network, save_weights
from lentigo.settings.recipe import Input, Metadata, Model, Recipe, Stage
from lentigo.settings.run import RunDirectory
from lentigo.training import backend
from lentigo.training.run import train_network

Data = tuple[Manifest, Split]
HERE = Path(__file__).parent
LARGEST_DIFFERENCE = 1e-4

pytestmark = [
    pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed: pip install 'lentigo[jax]'"),
    pytest.mark.skipif(
        os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow", reason="compares with TensorFlow"
    ),
]


def on_jax(*command: str) -> None:
    """Run Python in a process whose backend is JAX."""
    environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def folder_of(data: Data) -> Path:
    manifest, split = data
    assert manifest.path is not None
    save_split(manifest.path.parent / "split.csv", split, overwrite=True)
    return manifest.path.parent


def assert_seen_alike(data: Path, run: RunDirectory) -> None:
    """Here and on JAX the run gives the same answers, for the same reasons."""
    here, there = see(data, run.path), np.load(run.path / "seen.npz")
    for name in ("probabilities", "told"):
        assert np.abs(here[name] - there[name]).max() <= LARGEST_DIFFERENCE
    assert (
        np.ptp(here["probabilities"], axis=0).max() > 0.01
    )  # equal answers to everything would prove nothing
    assert np.abs(here["maps"] - there["maps"]).max() <= 1e-2
    assert here["maps"].max() == 1


@pytest.mark.slow
def test_runs_of_tensorflow_and_of_jax_are_the_same_to_both(blob_data: Data, tmp_path: Path) -> None:
    recipe = replace(
        make_recipe(average_weights=0.0),
        stages=(Stage(("all",), 1, 5e-3),),
        metadata=Metadata(("age", "sex", "site")),
    )
    ours = train_network(recipe, *blob_data, tmp_path / "tensorflow")
    theirs = RunDirectory(tmp_path / "jax")
    theirs.write_recipe(recipe)
    data = folder_of(blob_data)
    on_jax(str(HERE / "elsewhere.py"), str(data), str(ours.path), str(theirs.path))
    assert (ours.record()["backend"], theirs.record()["backend"]) == ("tensorflow", "jax")
    losses = [[row["loss"] for row in run.history()] for run in (ours, theirs)]
    assert losses[0] != losses[1]  # other random numbers for weights and dropout
    np.testing.assert_allclose(*losses, atol=0.5)
    for run in (ours, theirs):
        assert_seen_alike(data, run)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backbone", "weights", "side"), [("efficientnet-lite0", "imagenet", 64), ("xception", "none", 72)]
)
def test_weights_of_a_large_backbone_are_the_same_to_both(
    blob_data: Data, tmp_path: Path, backbone: str, weights: str, side: int
) -> None:
    recipe = replace(
        make_recipe(), model=Model(backbone, weights), input=Input(side, side, scaling="x/127.5-1")
    )
    run = untrained(recipe, blob_data, tmp_path / "run")
    data = folder_of(blob_data)
    on_jax(str(HERE / "elsewhere.py"), str(data), str(run.path))
    assert_seen_alike(data, run)


def untrained(recipe: Recipe, data: Data, folder: Path) -> RunDirectory:
    """A run that says it is finished, with the weights it starts from, its logits as wide as trained ones."""
    run, (manifest, split) = RunDirectory(folder), data
    backend.prepare(0)
    network = build_network(recipe.model, recipe.input, len(CLASS_NAMES), seed=0)
    kernel = network.head.get_layer("logits").kernel
    noise = np.random.default_rng(0).integers(0, 256, (8, *network.model.input.shape[1:]), dtype=np.uint8)
    kernel.assign(kernel / np.asarray(network.model(noise)).std(axis=0).mean())
    run.write_recipe(recipe)
    save_weights(network, run.weights_file)
    hashes = {"manifest": {"sha256": manifest.sha256}, "split": {"hash": split.hash}}
    run.update_record(status="finished", class_names=list(CLASS_NAMES), **hashes)
    return run


@pytest.mark.slow
def test_training_resume_and_saliency_pass_their_tests_on_jax() -> None:
    names = ("learner", "accumulation", "averaging", "objective", "run")
    files = [str(HERE / f"test_{name}.py") for name in names]
    explanation = str(HERE.parent / "explanation" / "test_gradcam.py")
    on_jax("-m", "pytest", *files, explanation, "-q", "-p", "no:cacheprovider")
