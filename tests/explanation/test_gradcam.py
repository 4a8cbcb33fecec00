from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from lentigo.explanation.gradcam import (  # noqa: E402
    NetworkLens,
    class_gradients,
    feature_layer,
    grad_cam,
    logit_gradients,
)
from lentigo.explanation.methods import METHODS, all_classes, explain_images  # noqa: E402
from lentigo.models import BACKBONES, Network, build_network  # noqa: E402
from lentigo.settings.errors import ModelError  # noqa: E402
from lentigo.settings.recipe import POOLED_HEAD, HeadLayer, Input, Model  # noqa: E402

FLATTEN_HEAD = (
    HeadLayer("flatten"),
    HeadLayer("batchnorm"),
    HeadLayer("dense", units=8),
    HeadLayer("dropout", rate=0.5),
)
HEADS = {"pooled": POOLED_HEAD, "flatten": FLATTEN_HEAD}


def small_network(head: str = "pooled", output: str = "logits", num_classes: int = 3) -> Network:
    model = Model(head=HEADS[head], output=output)  # type: ignore[arg-type]
    return with_random_norms(build_network(model, Input(24, 32), num_classes, seed=3))


def with_random_norms(network: Network) -> Network:
    for layer in network.head.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            rng = np.random.default_rng(5)
            layer.set_weights([rng.uniform(0.5, 2, weight.shape) for weight in layer.get_weights()])
    return network


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (5, 24, 32, 3), dtype=np.uint8)


def direct_maps(network: Network, images: np.ndarray, method: str, chosen: int) -> np.ndarray:
    """Another way: one tape a class, through the head rebuilt layer by layer."""
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the independent implementation is written in TensorFlow")
    import tensorflow as tf

    with tf.GradientTape() as tape:
        features = network.backbone(network.scaling(images), training=False)
        tape.watch(features)
        signal = features
        for layer in network.head.layers[1:]:
            if layer.name != "probabilities":
                signal = layer(signal, training=False) if "batchnorm" in layer.name else layer(signal)
        logit = tf.reduce_sum(signal[:, chosen])  # images do not mix, so each keeps its own gradient
    gradient = tf.cast(tape.gradient(logit, features), tf.float64)
    heat = DIRECT[method](tf, tf.cast(features, tf.float64), gradient)
    heat = tf.nn.relu(tf.reduce_sum(heat, axis=-1, keepdims=True))
    heat = tf.image.resize(heat, images.shape[1:3], method="bilinear")[..., 0]
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True)).numpy()


def direct_plus_plus(tf: Any, features: Any, gradient: Any) -> Any:
    """As its authors wrote it, for features that are not negative; exp(logit) cancels."""
    sums = tf.reduce_sum(features, axis=(1, 2), keepdims=True)
    alpha = tf.math.divide_no_nan(gradient**2, 2 * gradient**2 + sums * gradient**3)
    return tf.reduce_sum(alpha * tf.nn.relu(gradient), axis=(1, 2), keepdims=True) * features


DIRECT: dict[str, Any] = {
    "gradcam": lambda tf, features, gradient: tf.reduce_mean(gradient, (1, 2), keepdims=True) * features,
    "gradcam++": direct_plus_plus,
    "layercam": lambda tf, features, gradient: tf.nn.relu(gradient) * features,
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("output", ["logits", "softmax"])
@pytest.mark.parametrize("method", DIRECT)
def test_equals_an_independent_implementation_for_every_class(
    method: str, head: str, output: str, images: np.ndarray
) -> None:
    network = small_network(head, output)
    maps = explain_images(NetworkLens(network), images, all_classes(5, 3), method)
    assert maps.shape == (5, 3, 24, 32)
    assert maps.max() == 1
    for chosen in range(3):
        direct = direct_maps(network, images, method, chosen)
        np.testing.assert_allclose(maps[:, chosen], direct, atol=1e-5)


def test_grad_cam_is_its_row_of_the_table(images: np.ndarray) -> None:
    network = small_network("flatten")
    classes = np.array([0, 1, 2, 2, 0])
    maps = grad_cam(network, images, classes)
    every = explain_images(NetworkLens(network), images, all_classes(5, 3))
    np.testing.assert_allclose(maps, every[np.arange(5), classes], atol=1e-6)


@pytest.mark.parametrize("head", [("pool",), ("batchnorm", "pool", "dropout"), ("pool", "batchnorm")])
def test_cam_equals_grad_cam_where_the_head_is_linear_after_pooling(
    head: tuple[str, ...], images: np.ndarray
) -> None:
    network = with_random_norms(
        build_network(Model(head=tuple(HeadLayer(kind) for kind in head)), Input(24, 32), 3, seed=3)  # type: ignore[arg-type]
    )
    lens, classes = NetworkLens(network), all_classes(5, 3)
    cam = explain_images(lens, images, classes, "cam")
    np.testing.assert_allclose(cam, explain_images(lens, images, classes, "gradcam"), atol=1e-5)
    assert cam.max() == 1


@pytest.mark.parametrize("output", ["logits", "softmax"])
def test_occlusion_equals_covering_one_patch_after_the_other(output: str, images: np.ndarray) -> None:
    network = small_network("flatten", output)
    maps = explain_images(NetworkLens(network), images[:2], all_classes(2, 3), "occlusion")
    head = keras.Model(network.head.input, network.head.get_layer("logits").output)
    drops = np.zeros((24, 32, 3))
    count = np.zeros((24, 32, 1))

    # patches of 4 x 4, a sixth of 24 pixels, in steps of 2
    corners = [(top, left) for top in range(0, 21, 2) for left in range(0, 29, 2)]
    covered = np.repeat(images[:1], len(corners) + 1, axis=0)  # the last is left as it is
    for one, (top, left) in zip(covered, corners, strict=False):
        one[top : top + 4, left : left + 4] = np.rint(images[0].mean(axis=(0, 1)))
    logits = np.asarray(head(network.backbone(network.scaling(covered))))
    for drop, (top, left) in zip(logits[-1] - logits, corners, strict=False):
        drops[top : top + 4, left : left + 4] += drop
        count[top : top + 4, left : left + 4] += 1
    heat = np.maximum(drops / count, 0)
    np.testing.assert_allclose(maps[0], np.moveaxis(heat / heat.max(axis=(0, 1)), -1, 0), atol=1e-4)


LIGHT = ("small-cnn", "efficientnet-lite0")


def check_backbone(name: str) -> None:
    """The layer is the last one with places, and maps are those of the independent implementation."""
    scaling = BACKBONES[name].scaling
    network = build_network(Model(backbone=name, weights="none"), Input(96, 80, scaling=scaling), 3, seed=1)
    lens = NetworkLens(network)
    layer = network.backbone.get_layer(lens.layer)
    assert tuple(layer.output.shape[1:]) == network.feature_shape
    assert layer is [one for one in network.backbone.layers if len(one.output.shape) == 4][-1]
    images = np.random.default_rng(0).integers(0, 256, (2, 96, 80, 3), dtype=np.uint8)
    for method in ("gradcam", "layercam"):
        maps = explain_images(lens, images, all_classes(2, 3), method)
        for chosen in range(3):
            direct = direct_maps(network, images, method, chosen)
            np.testing.assert_allclose(maps[:, chosen], direct, atol=1e-5)


@pytest.mark.parametrize("name", LIGHT)
def test_a_backbone_is_explained_at_its_last_feature_map(name: str) -> None:
    check_backbone(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BACKBONES if name not in LIGHT])
def test_a_heavy_backbone_is_explained_at_its_last_feature_map(name: str) -> None:
    check_backbone(name)
    keras.backend.clear_session()


def test_the_layer_is_found_through_models_inside_models() -> None:
    inner_input = keras.Input((8, 8, 3))
    inner = keras.Model(inner_input, keras.layers.Conv2D(4, 3, name="deepest")(inner_input), name="inner")
    outer_input = keras.Input((8, 8, 3))
    outer = keras.Model(outer_input, inner(outer_input), name="base")
    assert feature_layer(outer) == "inner/deepest"


@pytest.mark.slow
def test_jax_gives_the_maps_of_tensorflow(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    program = (
        "import sys, numpy as np\n"
        "from lentigo.explanation.gradcam import NetworkLens\n"
        "from lentigo.explanation.methods import METHODS, all_classes, explain_images\n"
        "from lentigo.models import build_network, load_weights, save_weights\n"
        "from lentigo.settings.recipe import Input, Model\n"
        "from pathlib import Path\n"
        "network = build_network(Model(), Input(24, 32), 3, seed=3)\n"
        "weights = Path(sys.argv[1])\n"
        "load_weights(network, weights) if weights.exists() else save_weights(network, weights)\n"
        "images = np.random.default_rng(0).integers(0, 256, (3, 24, 32, 3), dtype=np.uint8)\n"
        "lens = NetworkLens(network)\n"
        "np.save(sys.argv[2], [explain_images(lens, images, all_classes(3, 3), m) for m in METHODS])\n"
    )
    for backend in ("tensorflow", "jax"):
        arguments = [str(tmp_path / "x.weights.h5"), str(tmp_path / f"{backend}.npy")]
        environment = {**os.environ, "KERAS_BACKEND": backend}
        subprocess.run([sys.executable, "-c", program, *arguments], check=True, env=environment)
    ours, theirs = (np.load(tmp_path / f"{backend}.npy") for backend in ("tensorflow", "jax"))
    assert len(ours) == len(METHODS)
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_the_softmax_is_bypassed(images: np.ndarray) -> None:
    classes = np.array([0, 1, 2, 0, 1])
    with_logits, with_softmax = small_network(output="logits"), small_network(output="softmax")
    with_softmax.model.set_weights(with_logits.model.get_weights())
    np.testing.assert_allclose(
        grad_cam(with_softmax, images, classes), grad_cam(with_logits, images, classes), atol=1e-6
    )


def test_without_classes_the_predicted_one_is_explained(images: np.ndarray) -> None:
    network = small_network()
    predicted = np.asarray(network.model(images)).argmax(axis=1)
    np.testing.assert_array_equal(grad_cam(network, images), grad_cam(network, images, predicted))


def test_images_do_not_mix_and_batches_do_not_matter(images: np.ndarray) -> None:
    network = small_network("flatten")
    classes = np.resize([0, 1, 2], 40)
    many = np.resize(images, (40, 24, 32, 3))
    maps = grad_cam(network, many, classes)
    for index in (0, 33, 39):
        alone = grad_cam(network, many[index : index + 1], classes[index : index + 1])
        np.testing.assert_allclose(maps[index : index + 1], alone, atol=1e-5)


def test_gradient_of_a_pooled_linear_head_is_its_kernel_over_the_area() -> None:
    network = small_network()
    kernel = network.head.get_layer("logits").get_weights()[0]  # (C, K)
    height, width, channels = network.feature_shape
    features = np.random.default_rng(1).random((2, height, width, channels), np.float32)
    gradients = logit_gradients(network.head, features, np.array([0, 2]))
    for gradient, chosen in zip(gradients, (0, 2), strict=True):
        expected = np.broadcast_to(kernel[:, chosen] / (height * width), gradient.shape)
        np.testing.assert_allclose(gradient, expected, atol=1e-7)


def test_gradients_of_all_classes_are_the_jacobian_of_the_head() -> None:
    network = small_network("flatten")
    features = np.random.default_rng(1).random((4, *network.feature_shape), np.float32)
    found = class_gradients(network.head, features, all_classes(4, 3))
    for chosen in range(3):
        one = logit_gradients(network.head, features, np.full(4, chosen))
        np.testing.assert_allclose(found[:, chosen], one, atol=1e-7)


def test_gradient_agrees_with_differences_through_the_whole_head() -> None:
    network = small_network("flatten", "softmax")
    logits = keras.Model(network.head.input, network.head.get_layer("logits").output)
    rng = np.random.default_rng(2)
    features = rng.uniform(0.5, 1.5, (1, *network.feature_shape)).astype(np.float32)
    direction = rng.standard_normal(features.shape).astype(np.float32)
    step = 1e-2
    ahead, behind = (np.asarray(logits(features + sign * step * direction))[0, 1] for sign in (1, -1))
    expected = (ahead - behind) / (2 * step)
    gradient = logit_gradients(logits, features, np.array([1]))
    assert (gradient * direction).sum() == pytest.approx(expected, rel=2e-3)


def test_looking_changes_no_weight(images: np.ndarray) -> None:
    network = small_network("flatten")
    before = [weight.copy() for weight in network.model.get_weights()]
    grad_cam(network, images)
    for old, new in zip(before, network.model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_class_that_nothing_speaks_for_has_an_empty_map(images: np.ndarray) -> None:
    network = small_network()
    layer = network.head.get_layer("logits")
    kernel, bias = layer.get_weights()
    layer.set_weights([-np.abs(kernel), bias])  # features are never negative, so every logit only falls
    assert grad_cam(network, images).max() == 0


def test_mixed_precision_gives_float32_maps(images: np.ndarray) -> None:
    network = build_network(Model(), Input(24, 32), 3, precision="mixed_bfloat16", seed=3)
    maps = grad_cam(network, images)
    assert maps.dtype == np.float32
    assert np.isfinite(maps).all()


def test_no_images_give_no_maps(images: np.ndarray) -> None:
    assert grad_cam(small_network(), images[:0]).shape == (0, 24, 32)


def test_a_head_without_logits_is_refused(images: np.ndarray) -> None:
    network = small_network()
    features = keras.Input(network.feature_shape)
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(features)
    network.head = keras.Model(features, keras.layers.Dense(3, name="scores")(pooled))
    with pytest.raises(ModelError, match=r"`logits`.*scores"):
        grad_cam(network, images)


@pytest.mark.parametrize("classes", [[0, 1], [0, 0, 0, 0, 3], [0, 0, 0, 0, -1]])
def test_classes_that_do_not_fit_are_refused(classes: list[int], images: np.ndarray) -> None:
    with pytest.raises(ModelError, match="class ind"):
        grad_cam(small_network(), images, np.array(classes))
