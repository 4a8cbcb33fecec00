"""What a training tells while it runs: events out, nothing printed; a watcher overrides what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lentigo.settings.run import RunDirectory


@dataclass(frozen=True)
class StageStart:
    """A stage begins, or goes on after a resume."""

    index: int
    """0 for the first."""
    num_stages: int
    name: str
    """What learns: `head`, `all`, or block names joined by `+`."""
    epoch: int
    """Epochs of this stage already done."""
    num_epochs: int
    num_trainable: int
    """Parameters that learn in this stage."""
    plan: tuple[tuple[int, float], ...] = ()
    """Of every stage its epochs, and about how much work one of them is beside those of the others."""


@dataclass(frozen=True)
class StepDone:
    """One batch has been learnt."""

    done: int
    """Batches of this epoch so far."""
    total: int
    loss: float
    """Mean over the epoch so far."""
    balanced_accuracy: float
    """Over the epoch so far, of the training batches as drawn; nan before the first image."""


class TrainingProgress:
    """Listens to a training; every method may be overridden, none must be."""

    def training_started(self, run: RunDirectory) -> None:
        """A training begins, or goes on: `run.history()` holds the epochs it has had."""

    def training_ended(self, run: RunDirectory) -> None:
        """It is over; whether finished, interrupted or failed its record says."""

    def preparing(self, done: int, total: int) -> None:
        """Images decoded into the pixel cache so far."""

    def storing(self, done: int, total: int) -> None:
        """Activations of frozen layers computed and put down so far."""

    def stage_started(self, event: StageStart) -> None:
        """A stage begins."""

    def step_done(self, event: StepDone) -> None:
        """A batch has been learnt."""

    def doing(self, what: str) -> None:
        """Something begins that takes a while and has no steps: a graph is built, an epoch validated."""

    def epoch_ended(self, row: dict[str, Any]) -> None:
        """An epoch has been validated; `row` is what goes into `history.jsonl`."""

    def note(self, text: str) -> None:
        """Something a person should know: resumed, finished already, a damaged checkpoint, lr halved."""


class WholeTraining:
    """How much of a training's work is done, over all its stages."""

    def __init__(self) -> None:
        self.stage = StageStart(0, 1, "", 0, 1, 0)
        self._epoch = 0

    def stage_started(self, event: StageStart) -> None:
        """A stage begins, or goes on after a resume."""
        self.stage, self._epoch = event, event.epoch

    def epoch_ended(self) -> None:
        """An epoch of the stage has been validated."""
        self._epoch += 1

    def of_epochs(self, ahead: int = 0) -> str:
        """Such as `3/10`: epochs of this stage that are done, and so many more, of all."""
        return f"{self._epoch + ahead}/{self.stage.num_epochs}"

    def share(self, of_epoch: float = 0.0) -> float:
        """How much is done, 0 to 1; an epoch that stops a stage early is a jump.

        Args:
            of_epoch: how much of the epoch that is going on is done, 0 to 1.
        """
        plan = self.stage.plan or ((self.stage.num_epochs, 1.0),)
        works = [epochs * work for epochs, work in plan]
        now = min(self.stage.index, len(plan) - 1)
        done = sum(works[:now]) + (self._epoch + of_epoch) * plan[now][1]
        return min(1.0, done / max(sum(works), 1e-9))


class Listeners(TrainingProgress):
    """Several that listen to the same training."""

    def __init__(self, listeners: Sequence[TrainingProgress]) -> None:
        self._listeners = listeners

    def training_started(self, run: RunDirectory) -> None:
        """Tell everyone."""
        for one in self._listeners:
            one.training_started(run)

    def training_ended(self, run: RunDirectory) -> None:
        """Tell everyone."""
        for one in self._listeners:
            one.training_ended(run)

    def preparing(self, done: int, total: int) -> None:
        """Tell everyone."""
        for one in self._listeners:
            one.preparing(done, total)

    def storing(self, done: int, total: int) -> None:
        """Tell everyone."""
        for one in self._listeners:
            one.storing(done, total)

    def stage_started(self, event: StageStart) -> None:
        """Tell everyone."""
        for one in self._listeners:
            one.stage_started(event)

    def step_done(self, event: StepDone) -> None:
        """Tell everyone."""
        for one in self._listeners:
            one.step_done(event)

    def doing(self, what: str) -> None:
        """Tell everyone."""
        for one in self._listeners:
            one.doing(what)

    def epoch_ended(self, row: dict[str, Any]) -> None:
        """Tell everyone."""
        for one in self._listeners:
            one.epoch_ended(row)

    def note(self, text: str) -> None:
        """Tell everyone."""
        for one in self._listeners:
            one.note(text)
