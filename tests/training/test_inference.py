from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from blobs import CLASS_NAMES, blob_images, make_recipe

from lentigo.data.images.views import views_of
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.evaluation.abstaining.pixel_figures import NUM_FIGURES, pixel_figures
from lentigo.evaluation.abstaining.unknown_scores import Output
from lentigo.models import build_network, save_weights
from lentigo.models import probabilities as to_probabilities
from lentigo.settings.errors import RunError
from lentigo.settings.recipe import Input, Model, Recipe, Task
from lentigo.settings.run import RunDirectory
from lentigo.training.inference import (
    batched,
    extract_features,
    load_network,
    predict_images,
    predict_part,
    represent_images,
)

IMAGES, _ = blob_images(11)


def make_run(folder: Path, recipe: Recipe, class_names: tuple[str, ...] = CLASS_NAMES) -> RunDirectory:
    run = RunDirectory(folder)
    run.path.mkdir(parents=True, exist_ok=True)
    run.write_recipe(recipe)
    run.update_record(class_names=list(class_names))
    save_weights(build_network(recipe.model, recipe.input, len(class_names), seed=1), run.weights_file)
    return run


def test_probabilities_do_not_depend_on_batches() -> None:
    recipe = make_recipe()
    network = build_network(recipe.model, recipe.input, 3, seed=0)
    direct = to_probabilities(np.asarray(network.model(IMAGES)), "logits")
    for batch_size in (1, 4, 11, 64):
        found = predict_images(network, iter(IMAGES), batch_size=batch_size)
        np.testing.assert_allclose(found, direct, rtol=1e-5)
    np.testing.assert_allclose(direct.sum(axis=1), 1)
    assert predict_images(network, []).shape == (0, 3)


def test_softmax_and_logits_are_the_same_function() -> None:
    recipe = make_recipe()
    logits = build_network(recipe.model, recipe.input, 3, seed=0)
    softmax = build_network(replace(recipe.model, output="softmax"), recipe.input, 3, seed=0)
    np.testing.assert_allclose(predict_images(logits, IMAGES), predict_images(softmax, IMAGES), rtol=1e-5)


def test_the_mean_over_views_ignores_flips_and_turns() -> None:
    square = IMAGES[:, :, : IMAGES.shape[1]]
    recipe = replace(make_recipe(), input=Input(*square.shape[1:3]))
    network = build_network(recipe.model, recipe.input, 3, seed=0)
    turned = np.rot90(square, axes=(1, 2))
    for views, other in (("flips", square[:, :, ::-1]), ("dihedral+0.8x4", turned)):
        found = predict_images(network, square, views_of(views))
        tolerance = 1e-5 if "+" not in views else 5e-3  # crops are rounded to whole numbers
        np.testing.assert_allclose(found, predict_images(network, other, views_of(views)), atol=tolerance)
    assert np.abs(predict_images(network, square) - predict_images(network, turned)).max() > 1e-4


def test_a_part_comes_with_its_truth_in_manifest_order(
    blob_data: tuple[Manifest, Split], tmp_path: Path
) -> None:
    manifest, split = blob_data
    predictions = predict_part(make_run(tmp_path, make_recipe()), manifest, split, "validation")
    rows = split.rows(manifest, "validation")
    assert predictions.image_ids.tolist() == manifest.table["image_id"].iloc[rows].tolist()
    assert predictions.truth.tolist() == manifest.table["class"].iloc[rows].tolist()
    assert set(predictions.part.tolist()) == {"validation"}
    assert set(predictions.fold.tolist()) == {-1}
    assert predictions.class_names == CLASS_NAMES
    images, _ = blob_images(len(manifest.table))
    direct = predict_images(load_network(RunDirectory(tmp_path)), images[rows])
    np.testing.assert_allclose(predictions.probabilities, direct, rtol=1e-6)


def test_a_binary_part_has_binary_truth(blob_data: tuple[Manifest, Split], tmp_path: Path) -> None:
    manifest, split = blob_data
    recipe = replace(make_recipe(), task=Task("binary", ("MEL", "BCC")))
    run = make_run(tmp_path, recipe, ("benign", "malignant"))
    predictions = predict_part(run, manifest, split, "test")
    assert predictions.truth.tolist() == ["malignant", "benign", "malignant"] * 2
    assert predictions.probabilities.shape == (6, 2)


def test_a_network_comes_back_bit_for_bit_without_its_first_weights(tmp_path: Path) -> None:
    recipe = make_recipe()
    run = make_run(tmp_path, recipe)
    run.write_recipe(replace(recipe, model=replace(recipe.model, weights="/gone.weights.h5")))
    expected = build_network(recipe.model, recipe.input, 3, seed=1).model.get_weights()
    for one, other in zip(load_network(run).model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(one, other)
    run.weights_file.unlink()
    with pytest.raises(RunError, match=r"model\.weights\.h5 is missing"):
        load_network(run)


def test_a_network_is_kept_until_its_weights_are_written_anew(tmp_path: Path) -> None:
    recipe = make_recipe()
    run = make_run(tmp_path, recipe)
    kept = load_network(run)
    assert load_network(RunDirectory(tmp_path)) is kept
    assert load_network(run, "mixed_bfloat16") is not kept
    assert load_network(run) is kept
    other = build_network(recipe.model, recipe.input, 3, seed=2)
    save_weights(other, run.weights_file)
    for one, expected in zip(load_network(run).model.get_weights(), other.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, expected)


@pytest.mark.parametrize("output", ["logits", "features"])
def test_what_is_kept_of_a_network_is_of_that_network(output: Output) -> None:
    networks = [build_network(make_recipe().model, Input(24, 32), 3, seed=seed) for seed in (1, 2)]
    first = [represent_images(network, IMAGES, [output], batch_size=4)[output] for network in networks]
    again = [represent_images(network, IMAGES, [output], batch_size=4)[output] for network in networks]
    np.testing.assert_array_equal(first, again)
    assert np.abs(first[0] - first[1]).max() > 1e-3


def test_several_outputs_come_from_one_passing_of_a_stream() -> None:
    network = build_network(make_recipe().model, Input(24, 32), 3, seed=1)
    found = represent_images(network, iter(IMAGES), ("pixels", "logits", "features"), batch_size=4)
    assert list(found) == ["pixels", "logits", "features"]
    np.testing.assert_array_equal(found["pixels"], pixel_figures(IMAGES))
    probabilities = np.exp(found["logits"]) / np.exp(found["logits"]).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities, predict_images(network, IMAGES), atol=1e-5)
    assert represent_images(network, [], ("pixels",))["pixels"].shape == (0, NUM_FIGURES)


def test_features_are_the_mean_of_the_last_feature_map() -> None:
    features = extract_features(Model("small-cnn"), Input(24, 32), iter(IMAGES), batch_size=4)
    assert features.shape == (11, 64)
    assert features.dtype == np.float32
    assert extract_features(Model("small-cnn"), Input(24, 32), []).shape == (0, 64)


def test_a_stream_is_cut_into_batches_as_it_is_needed() -> None:
    drawn = []

    def stream() -> object:
        for image in IMAGES:
            drawn.append(1)
            yield image

    batches = batched(stream(), 4)  # type: ignore[arg-type]
    assert next(batches).shape == (4, 24, 32, 3)
    assert len(drawn) == 4
    assert [len(batch) for batch in batches] == [4, 3]
