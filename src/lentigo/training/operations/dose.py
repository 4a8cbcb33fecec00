"""How much of an operation one image gets: what every operation takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NUMBERS_A_DOSE = 8


@dataclass(frozen=True)
class Dose:
    """Drawn for one image."""

    strength: float
    """In [0, 1]; 0 changes next to nothing."""
    sign: float
    """-1 or 1: which of two opposite ways, for operations that have them."""
    numbers: NDArray[np.float64]
    """(8,) uniform in [0, 1): for places, directions and whatever else is drawn."""

    @property
    def signed(self) -> float:
        """Strength with sign, in [-1, 1]."""
        return self.strength * self.sign

    def generator(self) -> np.random.Generator:
        """As many more random numbers as an operation wants, the same for the same dose."""
        return np.random.Generator(np.random.Philox(key=int(self.numbers[-1] * 2**53)))
