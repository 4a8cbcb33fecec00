"""The framework behind Keras: the one file of this room that knows TensorFlow, JAX and PyTorch apart.

Measured on two cores: XLA on the CPU makes TensorFlow about 5 times slower. EfficientNet-Lite0 trained twice,
and once more with a kill in between, ends with the same bits without TensorFlow's op determinism. With Keras'
own batch normalisation it would not, op determinism or not: that adds up three gradients of one tensor in the
order in which buffers happen to be free. `models/layers.py` has one operation there, hence one gradient. On
GPUs op determinism is asked for, since their kernels need it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras


def prepare(seed: int) -> None:
    """Make what follows repeatable: fresh layer names, seeded Python, NumPy and framework."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    if keras.backend.backend() == "tensorflow" and not is_tensorflow_on_cpu():
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


def release(variables: Iterable[Any]) -> None:
    """Give back the memory of Keras variables that nobody will read again; they are empty afterwards.

    TensorFlow keeps the graph of a compiled training step as long as the process lives, and with it all
    weights and optimizer variables that the step captured: 46 MB for each training of the study's first
    network at 150 x 200, 5 GB for a search of 120. Without them a training leaves about 10 MB behind.
    """
    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    for variable in variables:
        nothing = tf.zeros((), dtype=variable.value.dtype)
        tf.raw_ops.AssignVariableOp(resource=variable.value.handle, value=nothing, validate_shape=False)


def is_tensorflow_on_cpu() -> bool:
    """Whether TensorFlow computes, and sees no GPU."""
    if keras.backend.backend() != "tensorflow":
        return False
    import tensorflow as tf

    return not tf.config.list_physical_devices("GPU")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, in the words of Python, TensorFlow, JAX or PyTorch."""
    names = {kind.__name__ for kind in type(error).__mro__}
    is_named_so = bool(names & {"MemoryError", "ResourceExhaustedError", "OutOfMemoryError"})
    return is_named_so or (isinstance(error, RuntimeError) and "RESOURCE_EXHAUSTED" in str(error))


def jit_compile() -> Any:
    """The `jit_compile` argument of `Model.compile` for this backend and machine."""
    return keras.backend.backend() == "jax"


def backend_name() -> str:
    """`tensorflow`, `jax` or `torch`."""
    return str(keras.backend.backend())
