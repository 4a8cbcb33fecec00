from __future__ import annotations

import keras
import numpy as np
import pytest
from blobs import make_recipe

from lentigo.evaluation.metrics import confusion_matrix
from lentigo.models import build_network, freeze
from lentigo.settings.recipe import Training
from lentigo.training.steps.objective import (
    CONFUSION,
    ConfusionMatrix,
    build_optimizer,
    classification_loss,
    compile_stage,
    raised_logits,
)


def test_the_metric_counts_like_numpy() -> None:
    generator = np.random.default_rng(1)
    metric = ConfusionMatrix(4)
    truth, outputs = generator.integers(0, 4, 50), generator.normal(size=(50, 4)).astype("float32")
    for part in (slice(0, 30), slice(30, 50)):
        metric.update_state(truth[part], outputs[part])
    expected = confusion_matrix(truth, outputs.argmax(axis=1), 4)
    np.testing.assert_array_equal(np.asarray(metric.result()), expected)
    metric.reset_state()
    assert np.asarray(metric.result()).sum() == 0


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_both_outputs_have_the_same_loss_by_hand(smoothing: float) -> None:
    logits = np.array([[2.0, 0.0, -1.0], [0.5, 0.5, 0.0]], "float32")
    truth = np.array([0, 2])
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    target = (1 - smoothing) * np.eye(3)[truth] + smoothing / 3
    expected = -(target * np.log(shares)).sum(axis=1)
    of_logits = classification_loss("logits", 3, smoothing)(truth, logits)
    of_shares = classification_loss("softmax", 3, smoothing)(truth, shares.astype("float32"))
    np.testing.assert_allclose(np.asarray(of_logits), expected, rtol=1e-5)
    np.testing.assert_allclose(np.asarray(of_shares), expected, rtol=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_of_shares_of_classes_by_hand(smoothing: float) -> None:
    logits = np.array([[2.0, 0.0, -1.0], [0.5, 0.5, 0.0]], "float32")
    shares = np.array([[0.75, 0.0, 0.25], [0.0, 1.0, 0.0]], "float32")
    answers = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = -(((1 - smoothing) * shares + smoothing / 3) * np.log(answers)).sum(axis=1)
    for output, given in (("logits", logits), ("softmax", answers.astype("float32"))):
        found = classification_loss(output, 3, smoothing)(shares, given)
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-5)
    whole = classification_loss("logits", 3, smoothing)
    np.testing.assert_allclose(  # whole labels as shares are the same labels
        np.asarray(whole(np.eye(3, dtype="float32")[[0, 2]], logits)),
        np.asarray(whole(np.array([0, 2]), logits)),
        rtol=1e-6,
    )


def test_a_mixed_image_counts_as_the_class_it_has_most_of() -> None:
    metric = ConfusionMatrix(3)
    metric.update_state(np.array([[0.6, 0.4, 0.0], [0.1, 0.2, 0.7]], "float32"), np.eye(3)[[1, 2]])
    assert np.asarray(metric.result()).tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize(("name", "kind"), [("adam", "Adam"), ("adamw", "AdamW"), ("sgd", "SGD")])
def test_weight_decay_shrinks_kernels_and_spares_biases(name: str, kind: str) -> None:
    optimizer = build_optimizer(Training(optimizer=name, weight_decay=0.1), 0.5)  # type: ignore[arg-type]
    assert type(optimizer).__name__ == kind
    kernel = keras.Variable(np.ones(2, "float32"), name="kernel")
    bias = keras.Variable(np.ones(2, "float32"), name="bias")
    optimizer.build([kernel, bias])
    optimizer.apply([keras.ops.zeros(2), keras.ops.zeros(2)], [kernel, bias])
    np.testing.assert_allclose(np.asarray(kernel.value), 0.95, rtol=1e-6)
    np.testing.assert_array_equal(np.asarray(bias.value), 1.0)


def test_a_compiled_stage_reports_weighted_loss_and_counts() -> None:
    recipe = make_recipe()
    network = build_network(recipe.model, recipe.input, 3, seed=0)
    freeze(network, ("head",))
    optimizer = compile_stage(network, recipe.training, recipe.stages[0])
    assert optimizer.built
    images = np.zeros((4, 24, 32, 3), np.uint8)
    none = network.model.train_on_batch(
        images, np.array([0, 1, 2, 2]), np.zeros(4, np.float32), return_dict=True
    )
    assert none["loss"] == 0.0  # every image weighs nothing
    assert np.asarray(none[CONFUSION]).sum(axis=1).tolist() == [1.0, 1.0, 2.0]


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_gradients_are_shortened_together_to_their_largest_norm(name: str) -> None:
    optimizer = build_optimizer(Training(optimizer=name, clip_gradients=0.5), 1e-3)  # type: ignore[arg-type]
    long = [keras.ops.convert_to_tensor([3.0, 0.0]), keras.ops.convert_to_tensor([0.0, 4.0])]
    shortened = [np.asarray(one) for one in optimizer._clip_gradients(long)]
    np.testing.assert_allclose(shortened, [[0.3, 0], [0, 0.4]], rtol=1e-6)  # a norm of 5 becomes one of 0.5
    free = build_optimizer(Training(optimizer=name), 1e-3)  # type: ignore[arg-type]
    np.testing.assert_array_equal(free._clip_gradients(long)[1], long[1])


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_logit_adjusted_loss_by_hand(smoothing: float) -> None:
    logits = np.array([[2.0, 0.0, -1.0], [0.5, 0.5, 0.0]], "float32")
    raised = raised_logits(np.array([0.5, 0.25, 0.25]), 1.0)
    assert raised is not None
    answers = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    shares = answers * [0.5, 0.25, 0.25] / (answers * [0.5, 0.25, 0.25]).sum(axis=1, keepdims=True)
    target = (1 - smoothing) * np.eye(3)[[0, 2]] + smoothing / 3
    expected = -(target * np.log(shares)).sum(axis=1)
    for output, given in (("logits", logits), ("softmax", answers.astype("float32"))):
        for truth in (np.array([0, 2]), np.eye(3, dtype="float32")[[0, 2]]):
            found = classification_loss(output, 3, smoothing, raised)(truth, given)
            np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-5)


def test_half_the_adjustment_is_half_the_logarithm_and_none_is_none() -> None:
    raised = raised_logits(np.array([0.8, 0.2, 0.0]), 0.5)
    np.testing.assert_allclose(raised, 0.5 * np.log([0.8, 0.2, 0.2]))  # never drawn: like the rarest
    assert raised_logits(np.array([0.8, 0.2]), 0.0) is None


def test_only_the_loss_is_raised_not_the_answers() -> None:
    recipe = make_recipe(label_smoothing=0.0)
    losses, outputs = [], []
    images = np.zeros((4, 24, 32, 3), np.uint8)
    for raised in (None, np.log([0.7, 0.2, 0.1])):
        network = build_network(recipe.model, recipe.input, 3, seed=0)
        freeze(network, ("head",))
        compile_stage(network, recipe.training, recipe.stages[0], raised=raised)
        outputs.append(np.asarray(network.model(images)))
        losses.append(network.model.test_on_batch(images, np.full(4, 2), return_dict=True)["loss"])
    np.testing.assert_array_equal(*outputs)
    shares = np.exp(outputs[0][0]) / np.exp(outputs[0][0]).sum()
    adjusted = shares * [0.7, 0.2, 0.1] / (shares * [0.7, 0.2, 0.1]).sum()
    np.testing.assert_allclose(losses, [-np.log(shares[2]), -np.log(adjusted[2])], rtol=1e-4)
