"""The faster operations against TensorFlow's plain ones: values and gradients."""

from __future__ import annotations

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from lentigo.models import tensorflow_kernels as kernels  # noqa: E402


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize(
    ("size", "kernel", "stride"),
    [(14, 5, 1), (14, 5, 2), (15, 5, 2), (14, 3, 2), (15, 3, 2), (7, 7, 1), (3, 5, 2)],
)
def test_depthwise_convolution_and_its_gradients(dtype: str, size: int, kernel: int, stride: int) -> None:
    random = np.random.default_rng(0)
    images = tf.cast(random.normal(size=(2, size, size + 1, 4)), dtype)
    weights = tf.cast(random.normal(size=(kernel, kernel, 4, 1)), dtype)

    def plain(x: object, w: object) -> object:
        return tf.nn.depthwise_conv2d(x, w, [1, stride, stride, 1], "SAME")

    def ours(x: object, w: object) -> object:
        return kernels.depthwise_conv(x, w, stride)

    for expected, found in zip(
        with_gradients(plain, images, weights), with_gradients(ours, images, weights), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-4 if dtype == "float32" else 2e-2, atol=1e-4)


def with_gradients(function: object, images: object, weights: object) -> list[np.ndarray]:
    with tf.GradientTape() as tape:
        tape.watch([images, weights])
        outputs = function(images, weights)  # type: ignore[operator]
        loss = tf.reduce_sum(tf.sin(tf.cast(outputs, tf.float32)))
    return [tf.cast(v, tf.float32).numpy() for v in [outputs, *tape.gradient(loss, [images, weights])]]


def test_batch_normalisation_by_hand() -> None:
    features = tf.reshape(tf.constant([1.0, 3.0, 5.0, 7.0]), (2, 1, 2, 1))  # mean 4, variance 5
    outputs, mean, variance = kernels.batch_norm_of_batch(
        features, tf.constant([2.0]), tf.constant([1.0]), 0.0
    )
    assert mean.numpy() == pytest.approx([4.0])
    assert variance.numpy() == pytest.approx([5.0])
    assert outputs.numpy().ravel() == pytest.approx(1 + 2 * np.array([-3, -1, 1, 3]) / 5**0.5, rel=1e-5)
    stored = kernels.batch_norm_of_memory(
        features, tf.constant([2.0]), tf.constant([1.0]), (tf.constant([1.0]), tf.constant([4.0])), 0.0
    )
    assert stored.numpy().ravel() == pytest.approx([1.0, 3.0, 5.0, 7.0], rel=1e-5)
