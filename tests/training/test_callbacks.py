"""The reactions, compared with Keras' own callbacks on scripted validations."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lentigo.settings.recipe import EarlyStopping, ReduceLROnPlateau
from lentigo.training.callbacks import BestState, PlateauState, StoppingState, is_improvement

VALUES = st.lists(st.sampled_from([0.5, 0.50005, 0.5002, 0.6, 0.61, 0.7, 0.4, 0.3]), min_size=1, max_size=14)
MONITORS = st.sampled_from(["val_accuracy", "val_loss"])


def keras_model(lr: float) -> Any:
    weights: list[Any] = []
    optimizer = SimpleNamespace(learning_rate=np.float32(lr))
    return SimpleNamespace(
        optimizer=optimizer, stop_training=False, get_weights=lambda: weights, set_weights=lambda _: None
    )


def keras_lrs(rule: ReduceLROnPlateau, values: list[float], lr: float) -> list[float]:
    mode = "min" if rule.monitor == "val_loss" else "max"
    callback = keras.callbacks.ReduceLROnPlateau(
        rule.monitor, factor=rule.factor, patience=rule.patience, min_lr=rule.min_lr, mode=mode
    )
    model = keras_model(lr)
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {rule.monitor: value})
        model.optimizer.learning_rate = np.float32(model.optimizer.learning_rate)
        rates.append(float(model.optimizer.learning_rate))
    return rates


@settings(max_examples=30, deadline=None)
@given(values=VALUES, monitor=MONITORS, patience=st.integers(1, 4), min_lr=st.sampled_from([1e-5, 2e-4]))
def test_plateau_equals_keras(values: list[float], monitor: str, patience: int, min_lr: float) -> None:
    rule = ReduceLROnPlateau(monitor, patience, 0.5, min_lr)
    state, lr, rates = PlateauState(), 1e-3, []
    for value in values:
        lr = state.next_lr(rule, value, lr)
        rates.append(float(np.float32(lr)))
    assert rates == keras_lrs(rule, values, 1e-3)


@settings(max_examples=30, deadline=None)
@given(values=VALUES, monitor=MONITORS, patience=st.integers(0, 4))
def test_early_stopping_and_best_epoch_equal_keras(values: list[float], monitor: str, patience: int) -> None:
    rule = EarlyStopping(monitor, patience)
    callback = keras.callbacks.EarlyStopping(
        monitor,
        patience=patience,
        mode="min" if monitor == "val_loss" else "max",
        restore_best_weights=True,
    )
    model = keras_model(1e-3)
    callback.set_model(model)
    callback.on_train_begin()
    stopping, best = StoppingState(), BestState()
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {monitor: value})
        stopping.update(rule, value)
        best.update(monitor, value, epoch + 1)
        assert stopping.is_over == model.stop_training
        assert best.epoch == callback.best_epoch + 1
        if stopping.is_over:
            return


def test_an_undefined_value_is_no_improvement_but_the_first_epoch_is_kept() -> None:
    assert not is_improvement("val_accuracy", None, None)
    assert not is_improvement("val_accuracy", float("nan"), 0.1)
    best = BestState()
    assert best.update("val_accuracy", None, 1)
    assert not best.update("val_accuracy", None, 2)
    assert best.update("val_accuracy", 0.2, 3)
    assert (best.epoch, best.value) == (3, 0.2)


def test_a_worked_example() -> None:
    rule = ReduceLROnPlateau("val_accuracy", patience=2, factor=0.5, min_lr=1e-5)
    state, lr, rates = PlateauState(), 0.008, []
    for value in (0.5, 0.5, 0.5, 0.4, 0.6, 0.6, 0.6):
        lr = state.next_lr(rule, value, lr)
        rates.append(lr)
    assert rates == pytest.approx([0.008, 0.008, 0.004, 0.004, 0.004, 0.004, 0.002])
