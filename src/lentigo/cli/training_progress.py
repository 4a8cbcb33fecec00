"""A training as people see it: one bar an epoch with loss and balanced accuracy, one line when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lentigo.cli import output
from lentigo.training.progress import StageStart, StepDone, TrainingProgress

SHOWN = ("loss", "balanced_accuracy", "val_loss", "val_accuracy", "val_balanced_accuracy")
"""Figures of an epoch; those of validation are None where there is no validation part."""


class RichProgress(TrainingProgress):
    """Draws events on a rich progress bar on stderr."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("preparing", total=None, numbers="")
        self._stage = ""
        self._num_epochs = 0
        self._epoch = 0

    def preparing(self, done: int, total: int) -> None:
        """Show images going into the pixel cache."""
        self._bar.update(self._task, description="decoding images", completed=done, total=total)

    def storing(self, done: int, total: int) -> None:
        """Show what frozen layers make of images being computed."""
        self._bar.update(self._task, description="frozen layers", completed=done, total=total)

    def stage_started(self, event: StageStart) -> None:
        """Say what learns."""
        self._stage = f"stage {event.index + 1}/{event.num_stages} ({event.name})"
        self._num_epochs, self._epoch = event.num_epochs, event.epoch
        output.advise(f"{self._stage}: {event.num_trainable:,} parameters learn, {event.num_epochs} epochs")

    def step_done(self, event: StepDone) -> None:
        """Move the bar."""
        numbers = f"loss {event.loss:.3f}  balanced accuracy {event.balanced_accuracy:.3f}"
        title = f"{self._stage} epoch {self._epoch + 1}/{self._num_epochs}"
        self._bar.update(
            self._task, description=title, completed=event.done, total=event.total, numbers=numbers
        )

    def epoch_ended(self, row: dict[str, Any]) -> None:
        """Leave one line for the epoch."""
        self._epoch += 1
        shown = {name: "none" if row[name] is None else f"{row[name]:.3f}" for name in SHOWN}
        output.advise(
            f"{self._stage} epoch {self._epoch}/{self._num_epochs}: loss {shown['loss']}, "
            f"balanced accuracy {shown['balanced_accuracy']}; validation: loss {shown['val_loss']}, "
            f"accuracy {shown['val_accuracy']}, balanced accuracy {shown['val_balanced_accuracy']} "
            f"({row['seconds']:.0f} s, {row['images_per_second']:.0f} images/s)"
        )

    def note(self, text: str) -> None:
        """Pass on what a person should know."""
        output.advise(text)


@contextmanager
def training_progress() -> Iterator[TrainingProgress]:
    """A training's progress on stderr; the bar disappears at the end, the lines stay."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[numbers]}", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=output.stderr, transient=True) as bar:
        yield RichProgress(bar)
