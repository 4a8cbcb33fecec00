"""A function of NumPy arrays works inside a compiled network, and no gradient passes through it."""

from __future__ import annotations

import keras
import numpy as np

from lentigo.models.host_call import HostCall


def test_it_is_called_inside_a_compiled_training_step() -> None:
    sizes = []

    def squares(values: np.ndarray) -> np.ndarray:
        sizes.append(len(values))
        return values[:, :2] ** 2

    given = keras.Input((3,))
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = keras.Model(given, dense(HostCall(squares, (2,))(given)))
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    values = np.array([[1.0, 2.0, 9.0], [3.0, 1.0, 9.0]], np.float32)
    np.testing.assert_allclose(model.predict_on_batch(values).ravel(), [5.0, 10.0])
    model.train_on_batch(values, np.array([[5.0], [8.0]], np.float32))
    # the loss is ((5 - 5)^2 + (10 - 8)^2) / 2, its slope 2 * 2 / 2 times the second row's features
    np.testing.assert_allclose(dense.get_weights()[0].ravel(), [1 - 0.1 * 18, 1 - 0.1 * 2], rtol=1e-5)
    assert set(sizes) <= {1, 2}
