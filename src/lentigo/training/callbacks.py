"""Reactions to an epoch's validation, as plain data: one value in, a decision out, the state survives a kill.

Each follows Keras 3 to the letter (`ReduceLROnPlateau`, `EarlyStopping(restore_best_weights=True)`): values
are compared in single precision, and every stage starts them afresh, as every call of `fit` does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lentigo.settings.recipe import EarlyStopping, ReduceLROnPlateau

PLATEAU_MIN_DELTA = 1e-4
"""Keras' default: what counts as an improvement for `ReduceLROnPlateau`."""


def is_improvement(monitor: str, value: float | None, best: float | None, min_delta: float = 0.0) -> bool:
    """Whether `value` beats `best` by more than `min_delta`; a loss must fall, anything else must rise.

    An undefined value (None or nan) is never better; any defined one is better than none.
    """
    if value is None or math.isnan(value):
        return False
    if best is None:
        return True
    if monitor.endswith("loss"):
        return bool(np.float32(value + min_delta) < np.float32(best))
    return bool(np.float32(value - min_delta) > np.float32(best))


@dataclass
class PlateauState:
    """Memory of `ReduceLROnPlateau`."""

    best: float | None = None
    wait: int = 0

    def next_lr(self, settings: ReduceLROnPlateau, value: float | None, lr: float) -> float:
        """Take in one epoch's value; returns the learning rate of the next epoch."""
        if is_improvement(settings.monitor, value, self.best, PLATEAU_MIN_DELTA):
            self.best, self.wait = value, 0
            return lr
        self.wait += 1
        # Keras keeps the rate in single precision and leaves it once it has reached the floor
        current = float(np.float32(lr))
        if self.wait < settings.patience or current <= np.float32(settings.min_lr):
            return lr
        self.wait = 0
        return float(np.float32(max(current * settings.factor, settings.min_lr)))


@dataclass
class StoppingState:
    """Memory of `EarlyStopping`."""

    best: float | None = None
    wait: int = 0
    num_seen: int = 0
    is_over: bool = False

    def update(self, settings: EarlyStopping, value: float | None) -> None:
        """Take in one epoch's value; sets `is_over` when patience is exceeded."""
        epoch = self.num_seen
        self.num_seen += 1
        self.wait += 1
        if is_improvement(settings.monitor, value, self.best):
            self.best, self.wait = value, 0
        elif self.wait >= settings.patience and epoch > 0:  # Keras never stops after the very first epoch
            self.is_over = True


@dataclass
class BestState:
    """Which epoch of the stage was best so far; its weights lie beside it in the checkpoint."""

    value: float | None = None
    epoch: int | None = None
    """1 for the first of the stage."""

    def update(self, monitor: str, value: float | None, epoch: int) -> bool:
        """Take in one epoch's value; True when its weights are to be kept.

        The first epoch is kept whatever its value, so that there is always something to restore.
        """
        if self.epoch is not None and not is_improvement(monitor, value, self.value):
            return False
        self.value = None if value is None or math.isnan(value) else value
        self.epoch = epoch
        return True
