from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from lentigo.explanation.gradcam import grad_cam, logit_gradients  # noqa: E402
from lentigo.models import Network, build_network  # noqa: E402
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
    network = build_network(model, Input(24, 32), num_classes, seed=3)
    for layer in network.head.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            rng = np.random.default_rng(5)
            layer.set_weights([rng.uniform(0.5, 2, weight.shape) for weight in layer.get_weights()])
    return network


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (5, 24, 32, 3), dtype=np.uint8)


def direct_grad_cam(network: Network, images: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Another way: one tape through a whole model rebuilt layer by layer, one image at a time."""
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the independent implementation is written in TensorFlow")
    import tensorflow as tf

    maps = []
    for image, chosen in zip(images, classes, strict=True):
        with tf.GradientTape() as tape:
            pixels = tf.convert_to_tensor(image[np.newaxis].astype(np.float32) / 255)
            features = network.backbone(pixels, training=False)
            tape.watch(features)
            signal = features
            for layer in network.head.layers[1:]:
                if layer.name != "probabilities":
                    signal = layer(signal, training=False) if "batchnorm" in layer.name else layer(signal)
            logit = signal[0, int(chosen)]
        gradient = tape.gradient(logit, features)
        weights = tf.reduce_mean(gradient, axis=(1, 2), keepdims=True)
        heat = tf.nn.relu(tf.reduce_sum(weights * features, axis=-1, keepdims=True))
        heat = tf.image.resize(heat, image.shape[:2], method="bilinear")[0, ..., 0]
        highest = tf.reduce_max(heat)
        maps.append((heat / highest if highest > 0 else heat).numpy())
    return np.stack(maps)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("output", ["logits", "softmax"])
def test_equals_an_independent_implementation(head: str, output: str, images: np.ndarray) -> None:
    network = small_network(head, output)
    classes = np.array([0, 1, 2, 2, 0])
    maps = grad_cam(network, images, classes)
    assert maps.shape == (5, 24, 32)
    assert maps.dtype == np.float32
    assert maps.max() > 0
    np.testing.assert_allclose(maps, direct_grad_cam(network, images, classes), atol=1e-5)


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
