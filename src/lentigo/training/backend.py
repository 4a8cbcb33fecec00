"""The framework behind Keras: the one file of this room that knows TensorFlow, JAX and PyTorch apart.

Measured on two cores (see `docs/experiments.md`): XLA on the CPU makes TensorFlow about 5 times slower, and
TensorFlow's CPU kernels gave the same bits in every run with a fixed number of threads, so op determinism,
which costs time, is asked for on GPUs only.
"""

from __future__ import annotations

from typing import Any

import keras


def prepare(seed: int) -> None:
    """Make what follows repeatable: fresh layer names, seeded Python, NumPy and framework."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    if keras.backend.backend() == "tensorflow" and not is_tensorflow_on_cpu():
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


def is_tensorflow_on_cpu() -> bool:
    """Whether TensorFlow computes, and sees no GPU."""
    if keras.backend.backend() != "tensorflow":
        return False
    import tensorflow as tf

    return not tf.config.list_physical_devices("GPU")


def jit_compile() -> Any:
    """The `jit_compile` argument of `Model.compile` for this backend and machine."""
    return keras.backend.backend() == "jax"


def backend_name() -> str:
    """`tensorflow`, `jax` or `torch`."""
    return str(keras.backend.backend())
