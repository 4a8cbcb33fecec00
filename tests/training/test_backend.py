from __future__ import annotations

import keras
import numpy as np

from lentigo.training import backend


def test_preparing_repeats_names_weights_and_draws() -> None:
    def draw() -> tuple[str, np.ndarray, float]:
        backend.prepare(5)
        layer = keras.layers.Dense(3)
        layer.build((None, 2))
        return layer.name, np.asarray(layer.kernel.value), float(np.random.random())

    first, second = draw(), draw()
    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])
    assert first[2] == second[2]


def test_xla_is_left_off_unless_the_backend_is_nothing_without_it() -> None:
    assert backend.jit_compile() == (backend.backend_name() == "jax")
    assert backend.is_tensorflow_on_cpu() in (True, False)


class ResourceExhaustedError(Exception):
    """Named as TensorFlow's."""


def test_every_framework_s_words_for_too_little_memory_are_known() -> None:
    for error in (
        MemoryError(),
        np._core._exceptions._ArrayMemoryError((9,), np.dtype("f4")),
        ResourceExhaustedError("OOM when allocating tensor"),
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 9 bytes"),
    ):
        assert backend.is_out_of_memory(error)
    assert not backend.is_out_of_memory(RuntimeError("INVALID_ARGUMENT"))
    assert not backend.is_out_of_memory(ValueError("RESOURCE_EXHAUSTED"))


def test_released_variables_are_empty_and_those_beside_them_are_not() -> None:
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3), keras.layers.Dropout(0.5)])
    model.compile("adam", "mse")
    model.train_on_batch(np.ones((2, 4), np.float32), np.ones((2, 3), np.float32))
    backend.release(model.optimizer.variables)
    if backend.backend_name() == "tensorflow":
        assert {np.asarray(variable.value).shape for variable in model.optimizer.variables} == {()}
    assert [np.shape(weight) for weight in model.get_weights()] == [(4, 3), (3,)]
    backend.release(model.variables)  # of which one is the dropout's seed, an integer
    if backend.backend_name() == "tensorflow":
        assert {np.shape(weight) for weight in model.get_weights()} == {()}
