"""What a stage minimises and how: recipe and network in, a compiled network out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from lentigo.models import Network
from lentigo.settings.recipe import Stage, Training
from lentigo.training import backend
from lentigo.training.steps.accumulation import GradientSum
from lentigo.training.steps.layer_decay import gentler, layer_factors

Floats = NDArray[np.float64]
SMALLEST = 1e-7
"""What a probability counts as at least, before its logarithm is taken."""
CONFUSION = "confusion"
"""Name under which a step reports its confusion matrix."""


@keras.saving.register_keras_serializable("lentigo")
class ConfusionMatrix(keras.metrics.Metric):  # type: ignore[misc]
    """Counts (K, K) of truth (row) and output (column), from what the training step itself computed."""

    def __init__(self, num_classes: int, name: str = CONFUSION, **options: Any) -> None:
        super().__init__(name=name, **options)
        self.num_classes = num_classes
        self.counts = self.add_weight(shape=(num_classes, num_classes), initializer="zeros", name="counts")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count a batch: labels as `class_indices` takes them, outputs (B, K); weights are not used."""
        del sample_weight
        truth = keras.ops.one_hot(class_indices(y_true, self.num_classes), self.num_classes)
        output = keras.ops.one_hot(keras.ops.argmax(y_pred, axis=-1), self.num_classes)
        self.counts.assign_add(keras.ops.matmul(keras.ops.transpose(truth), output))

    def result(self) -> Any:
        """The counts (K, K)."""
        return keras.ops.convert_to_tensor(self.counts)


def has_shares(labels: Any, num_classes: int) -> bool:
    """Whether labels are shares of every class (B, K), as of mixed images, and not class indices."""
    return len(labels.shape) == 2 and labels.shape[-1] == num_classes


def class_indices(labels: Any, num_classes: int) -> Any:
    """Class indices (B,) of such (B,) or (B, 1); of shares (B, K) the class with the largest."""
    if has_shares(labels, num_classes):
        return keras.ops.argmax(labels, axis=-1)
    return keras.ops.cast(keras.ops.reshape(labels, (-1,)), "int32")


def classification_loss(
    output: str, num_classes: int, smoothing: float, raised: Floats | None = None
) -> Callable[[Any, Any], Any]:
    """Cross-entropy an image (B,) of labels and logits or probabilities (B, K).

    Labels are class indices (B,), or shares of every class (B, K). With label smoothing s the target is
    1 - s on the true class plus s / K on every class (Szegedy et al., 2016). What is `raised` (K,) is added
    to the logits first, here only: the network's own answers stay without it (Menon et al., 2021).
    """
    if raised is not None:
        plain, added = classification_loss("logits", num_classes, smoothing), np.asarray(raised, "float32")

        def raised_loss(y_true: Any, y_pred: Any) -> Any:
            logits = y_pred if output == "logits" else keras.ops.log(keras.ops.maximum(y_pred, SMALLEST))
            return plain(y_true, logits + added)

        return raised_loss
    from_logits = output == "logits"

    def loss(y_true: Any, y_pred: Any) -> Any:
        is_mixed = has_shares(y_true, num_classes)
        truth = y_true if is_mixed else class_indices(y_true, num_classes)
        if not smoothing and not is_mixed:
            return keras.losses.sparse_categorical_crossentropy(truth, y_pred, from_logits=from_logits)
        target = truth if is_mixed else keras.ops.one_hot(truth, num_classes)
        return keras.losses.categorical_crossentropy(
            target, y_pred, from_logits=from_logits, label_smoothing=smoothing
        )

    return loss


KINDS: dict[str, tuple[type, dict[str, Any]]] = {
    "sgd": (keras.optimizers.SGD, {"momentum": 0.9, "nesterov": True}),
    "adam": (keras.optimizers.Adam, {}),
    "adamw": (keras.optimizers.AdamW, {}),
}
"""Name in a recipe -> Keras' class and what else it is given."""


def build_optimizer(training: Training, lr: float, factors: list[float] | None = None) -> Any:
    """The recipe's optimizer at its first learning rate; SGD has Nesterov momentum 0.9.

    Weight decay is decoupled, and spares biases and batch normalisation (Loshchilov and Hutter, 2019). With
    `factors`, one a variable, each variable learns at its own rate.
    """
    kind, own = KINDS[training.optimizer]
    decay = training.weight_decay or (0.0 if training.optimizer == "adamw" else None)
    clip = training.clip_gradients or None
    options = {"learning_rate": lr, "weight_decay": decay, "global_clipnorm": clip, **own}
    optimizer = kind(**options) if factors is None else gentler(kind, factors, **options)
    if training.weight_decay:
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def raised_logits(shares: Floats, power: float) -> Floats | None:
    """What the logit-adjusted loss adds to each logit: power x log(share), (K,); None for a power of 0.

    A class of which no image is drawn is raised as little as the rarest that is.
    """
    if power == 0 or not np.any(shares > 0):
        return None
    return np.asarray(power * np.log(np.where(shares > 0, shares, shares[shares > 0].min())))


def compile_stage(
    network: Network,
    training: Training,
    stage: Stage,
    gradient_sum: GradientSum | None = None,
    raised: Floats | None = None,
) -> Any:
    """Compile the network for one stage, after `freeze`; returns the optimizer, its variables built.

    With a `gradient_sum`, steps of the network go into that instead of the optimizer. What is `raised`
    (K,) is added to the logits within the loss.
    """
    num_classes = int(network.model.output.shape[-1])
    factors = None if stage.layer_decay == 1 else layer_factors(network, stage.layer_decay)
    optimizer = build_optimizer(training, stage.lr, factors)
    network.model.compile(
        optimizer=gradient_sum or optimizer,
        loss=classification_loss(network.output, num_classes, training.label_smoothing, raised),
        metrics=[ConfusionMatrix(num_classes)],
        jit_compile=backend.jit_compile(),
    )
    for one in filter(None, (optimizer, gradient_sum)):
        one.build(network.model.trainable_variables)
    return optimizer
