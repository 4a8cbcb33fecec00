"""Class counts of the training part in, a shift of the network's last bias out: answers for even classes.

Logit adjustment after training (Menon et al., Long-tail learning via logit adjustment, 2021): subtracting
power x log(share) from each class's logit divides its odds by share ** power. It is folded into the bias of
the dense layer `logits`, so that whoever uses the weights uses it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lentigo.models import Network


def prior_shift(counts: Sequence[int], power: float) -> NDArray[np.float32]:
    """What is added to each logit, (K,), of mean 0; a class without training images counts as one image."""
    known = np.maximum(np.asarray(counts, dtype=np.float64), 1)
    shift = -power * np.log(known / known.sum())
    return np.asarray(shift - shift.mean(), dtype=np.float32)


def correct_prior(network: Network, counts: Sequence[int], power: float) -> None:
    """Shift the network's last bias in place; nothing happens for a power of 0."""
    if power:
        bias = network.head.get_layer("logits").bias
        bias.assign(bias + prior_shift(counts, power))
