"""The loop on scripted validations: stages, reactions, kept weights, rescues."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from blobs import blob_images, make_recipe

from lentigo.models import build_network
from lentigo.settings.errors import RunError
from lentigo.settings.processes.interrupt import StopRequest
from lentigo.settings.recipe import EarlyStopping, Recipe, ReduceLROnPlateau, Stage
from lentigo.settings.run import RunDirectory
from lentigo.training import backend, loop
from lentigo.training.batches.batches import Part
from lentigo.training.batches.sources import Batch
from lentigo.training.loop import Trainer
from lentigo.training.progress import TrainingProgress
from lentigo.training.resuming.state import TrainingState
from lentigo.training.setup.stage_setup import StageSetup, TrainingSetup, Validation

IMAGES, LABELS = blob_images(16)


class TwoBatches:
    """Remembers which epochs were asked for."""

    num_steps = 2

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.num_closed = 0

    def epoch(self, epoch: int, start: int = 0) -> Generator[Batch, None, None]:
        self.asked.append((epoch, start))
        try:
            for step in range(start, self.num_steps):
                yield IMAGES[8 * step : 8 * step + 8], LABELS[8 * step : 8 * step + 8], None
        finally:
            self.num_closed += 1


@dataclass(frozen=True)
class Always:
    """Every stage is set up alike."""

    stage: StageSetup

    def chooses_stored(self, index: int) -> bool:
        return False

    def set_up(self, index: int, is_stored: bool, stop: StopRequest) -> StageSetup:
        return self.stage


def trainer_of(recipe: Recipe, folder: Path, stop: StopRequest | None = None) -> Trainer:
    backend.prepare(0)
    network = build_network(recipe.model, recipe.input, 3, seed=0)
    validation = Validation(IMAGES, Part(np.arange(4), LABELS[:4]))
    stage = StageSetup(network, partial(tuple, (TwoBatches(), validation)))
    setup = TrainingSetup(recipe, network, Always(stage))
    return Trainer(setup, RunDirectory(folder), TrainingProgress(), stop or StopRequest())


def script(monkeypatch: pytest.MonkeyPatch, values: list[float]) -> None:
    """Let the validations of a training show these accuracies, one after the other."""
    remaining = iter(values)

    def figures(*_: object) -> dict[str, float]:
        value = next(remaining)
        return {"val_loss": 1 - value, "val_accuracy": value, "val_balanced_accuracy": value}

    monkeypatch.setattr(loop, "validation_figures", figures)


def run_script(
    monkeypatch: pytest.MonkeyPatch, folder: Path, values: list[float], *stages: Stage
) -> TrainingState:
    script(monkeypatch, values)
    return trainer_of(replace(make_recipe(average_weights=0.0), stages=stages), folder).run()


def test_a_plateau_halves_the_rate_and_each_stage_starts_afresh(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plateau = ReduceLROnPlateau("val_accuracy", patience=2)
    stage = Stage(("all",), 4, 0.008, reduce_lr_on_plateau=plateau)
    state = run_script(monkeypatch, tmp_path, [0.6, 0.5, 0.5, 0.5, 0.4, 0.3, 0.3, 0.3], stage, stage)
    rates = [row["lr"] for row in state.history]
    assert rates == pytest.approx([0.008, 0.008, 0.008, 0.004] * 2)
    assert [row["stage"] for row in state.history] == [0] * 4 + [1] * 4
    assert [row["epoch"] for row in state.history] == [1, 2, 3, 4] * 2


def test_early_stopping_ends_the_stage_and_its_best_epoch_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stage = Stage(("all",), 9, 1e-3, early_stopping=EarlyStopping("val_accuracy", patience=2))
    state = run_script(monkeypatch, tmp_path, [0.5, 0.7, 0.6, 0.6, 0.9], stage, Stage(("head",), 1, 1e-3))
    first, second = state.stages
    assert (first["epochs"], first["stopped_early"], first["kept_epoch"]) == (4, True, 2)
    assert first["best_value"] == 0.7
    assert (second["epochs"], second["stopped_early"]) == (1, False)


def test_the_weights_of_the_best_epoch_begin_the_next_stage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script(monkeypatch, [0.5, 0.7, 0.6])
    recipe = replace(make_recipe(), stages=(Stage(("all",), 3, 1e-2),))
    trainer = trainer_of(recipe, tmp_path)
    kept: dict[int, list[np.ndarray]] = {}
    original = loop.Learner.keep_best

    def keep(learner: loop.Learner, epoch: int) -> None:
        kept[epoch] = [np.array(value) for value in learner.network.model.get_weights()]
        original(learner, epoch)

    monkeypatch.setattr(loop.Learner, "keep_best", keep)
    trainer.run()
    assert sorted(kept) == [1, 2]
    for one, other in zip(kept[2], trainer.setup.network.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_epochs_are_numbered_over_all_stages_and_their_threads_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script(monkeypatch, [0.5] * 3)
    recipe = replace(make_recipe(), stages=(Stage(("head",), 1, 1e-3), Stage(("all",), 2, 1e-3)))
    trainer = trainer_of(recipe, tmp_path)
    trainer.run()
    batches = trainer._work.batches
    assert isinstance(batches, TwoBatches)
    assert batches.asked == [(0, 0), (1, 0), (2, 0)]
    assert batches.num_closed == 3


def test_a_loss_that_is_no_number_once_goes_back_with_half_the_rate(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    original, count = loop.Learner.step, iter(range(99))

    def step(learner: loop.Learner, batch: Batch, lr: float) -> object:
        result = original(learner, batch, lr)
        return replace(result, loss=float("nan")) if next(count) == 3 else result

    monkeypatch.setattr(loop.Learner, "step", step)
    recipe = replace(make_recipe(), stages=(Stage(("all",), 3, 0.004),))
    trainer = trainer_of(recipe, tmp_path)
    state = trainer.run()
    assert state.num_rescues == 1
    assert [row["lr"] for row in state.history] == [0.004, 0.002, 0.002]
    assert isinstance(trainer._work.batches, TwoBatches)
    assert trainer._work.batches.asked == [(0, 0), (1, 0), (1, 0), (2, 0)]


def test_a_stop_during_validation_saves_and_goes_on_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recipe = replace(make_recipe(statistics_batches=1), stages=(Stage(("all",), 1, 1e-3),))
    undisturbed = trainer_of(recipe, tmp_path / "undisturbed")
    undisturbed.run()
    stop = StopRequest()
    trainer = trainer_of(recipe, tmp_path, stop)
    original = Trainer._validate

    def stop_first(self: Trainer) -> dict[str, float | None]:
        stop.ask("SIGINT")
        return original(self)

    monkeypatch.setattr(Trainer, "_validate", stop_first)
    with pytest.raises(RunError, match="SIGINT"):
        trainer.run()
    monkeypatch.setattr(Trainer, "_validate", original)
    again = trainer_of(recipe, tmp_path)
    state = again.run()
    assert isinstance(again._work.batches, TwoBatches)
    # nothing is left to learn; statistics are measured for the validation and at the end
    assert again._work.batches.asked == [(0, 0), (0, 0)]
    assert len(state.history) == 1
    expected = undisturbed.setup.network.model.get_weights()
    for found, one in zip(again.setup.network.model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(found, one)


def test_the_cosine_spans_the_stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    state = run_script(monkeypatch, tmp_path, [0.5] * 4, Stage(("all",), 4, 1.0e-3, "cosine"))
    rates = [row["lr"] for row in state.history]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 2e-5


def test_the_mean_of_the_last_third_of_a_stage_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script(monkeypatch, [0.9, 0.5, 0.5, 0.5, 0.5, 0.5])
    recipe = replace(make_recipe(average_weights=0.0, keep="average"), stages=(Stage(("all",), 6, 1e-2),))
    trainer, ends = trainer_of(recipe, tmp_path), []
    original = loop.Learner.keep_mean

    def keep(learner: loop.Learner, epoch: int, num_before: int) -> None:
        ends.append([np.array(value) for value in learner.network.model.get_weights()])
        original(learner, epoch, num_before)

    monkeypatch.setattr(loop.Learner, "keep_mean", keep)
    trainer.run()
    assert len(ends) == 2  # epochs 5 and 6
    for found, *each in zip(trainer.setup.network.model.get_weights(), *ends, strict=True):
        np.testing.assert_allclose(found, np.mean(each, axis=0), rtol=1e-4, atol=1e-6)
