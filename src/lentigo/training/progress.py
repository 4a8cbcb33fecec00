"""What a training tells while it runs: events out, nothing printed; a watcher overrides what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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
