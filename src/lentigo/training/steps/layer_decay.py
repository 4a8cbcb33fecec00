"""Learning rates layer by layer: a network and a factor in, an optimizer gentler with early layers out.

    lr of the head = lr,  of the last block = lr x decay,  of the one before it = lr x decay^2 ...

Early filters of a pretrained network are good already, and with few images they are more easily spoilt than
improved (Howard and Ruder, 2018; Clark et al., 2020). Weight decay, where decoupled, shrinks with the rate.
"""

from __future__ import annotations

from typing import Any

import keras

from lentigo.models import Network


def layer_factors(network: Network, decay: float) -> list[float]:
    """What the learning rate of each trainable variable of `network.model` is multiplied by, in their order.

    Args:
        network: after `freeze`; its blocks stand in order from the image.
        decay: of one block to the one before it, in (0, 1].
    """
    num_blocks = len(network.blocks)
    of_variable = {
        id(weight): decay ** (num_blocks - place)
        for place, layers in enumerate(network.blocks.values())
        for layer in layers
        for weight in layer.trainable_weights
    }
    return [of_variable.get(id(variable), 1.0) for variable in network.model.trainable_variables]


def gentler(kind: type, factors: list[float], **options: Any) -> keras.optimizers.Optimizer:
    """An optimizer of this kind whose learning rate is multiplied by one factor a variable.

    Args:
        kind: of `keras.optimizers`.
        factors: in the order of the variables that it is built for.
        options: of the optimizer.
    """

    class Gentler(kind):  # type: ignore[misc]
        """The optimizer, variable by variable."""

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            """Change one variable by its own rate."""
            factor = factors[self._get_variable_index(variable)]
            super().update_step(gradient, variable, learning_rate * factor)

        def _apply_weight_decay(self, variables: Any) -> None:
            """Shrink each variable by its own rate; Keras' own takes one rate for all."""
            for variable in variables if self.weight_decay else ():
                if self._use_weight_decay(variable):
                    factor = factors[self._get_variable_index(variable)]
                    share = self.learning_rate * self.weight_decay * factor
                    variable.assign(variable - variable * keras.ops.cast(share, variable.dtype))

    Gentler.__name__ = kind.__name__
    return Gentler(**options)
