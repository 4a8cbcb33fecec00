"""A training as people see it: a bar of the epoch, a bar of the whole with the time left, a line an epoch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from lentigo.cli import output
from lentigo.training.progress import StageStart, StepDone, TrainingProgress, WholeTraining

SHOWN = ("loss", "balanced_accuracy", "val_loss", "val_accuracy", "val_balanced_accuracy")
"""Figures of an epoch; those of validation are None where there is no validation part."""


class RichProgress(TrainingProgress):
    """Draws events on two rich progress bars on stderr; without a terminal only lines are left."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("preparing", total=None, numbers="")
        self._all: TaskID | None = None
        self._lines = output.Lines("decoding images")
        self._stage = ""
        self._whole = WholeTraining()
        self._began, self._begun_at = time.monotonic(), 0.0

    def preparing(self, done: int, total: int) -> None:
        """Show images going into the pixel cache."""
        self._prepare("decoding images", done, total)

    def storing(self, done: int, total: int) -> None:
        """Show what frozen layers make of images being computed."""
        self._prepare("frozen layers", done, total)

    def stage_started(self, event: StageStart) -> None:
        """Say what learns; with the first stage of a training, the bar of the whole begins anew."""
        self._stage = f"stage {event.index + 1}/{event.num_stages} ({event.name})"
        is_new = self._all is None or event.index <= self._whole.stage.index
        self._whole.stage_started(event)
        if is_new:
            self._begin_whole()
        learn = f"{event.num_trainable:,} parameters learn"
        output.advise(f"{self._stage}: {learn}, {output.counted(event.num_epochs, 'epoch')}")
        self._tell_whole(0.0)

    def doing(self, what: str) -> None:
        """Say what has no steps on the bar."""
        self._bar.update(self._task, description=f"{self._title()}, {what}")

    def step_done(self, event: StepDone) -> None:
        """Move both bars."""
        figures = f"loss {event.loss:.3f}  balanced accuracy {event.balanced_accuracy:.3f}"
        numbers = f"{event.done}/{event.total}  {figures}"
        self._bar.update(
            self._task, description=self._title(), completed=event.done, total=event.total, numbers=numbers
        )
        self._tell_whole(event.done / max(event.total, 1))

    def epoch_ended(self, row: dict[str, Any]) -> None:
        """Leave one line for the epoch."""
        self._whole.epoch_ended()
        self._tell_whole(0.0)
        shown = {name: "none" if row[name] is None else f"{row[name]:.3f}" for name in SHOWN}
        left = self._left(self._whole.share())
        clock = "" if output.stderr.is_terminal else f"{time.strftime('%H:%M:%S')} "
        output.advise(
            f"{clock}{self._stage} epoch {self._whole.of_epochs()}: loss {shown['loss']}, "
            f"balanced accuracy {shown['balanced_accuracy']}; validation: loss {shown['val_loss']}, "
            f"accuracy {shown['val_accuracy']}, balanced accuracy {shown['val_balanced_accuracy']} "
            f"({row['seconds']:.0f} s, {row['images_per_second']:.0f} images/s{left})"
        )

    def note(self, text: str) -> None:
        """Pass on what a person should know."""
        output.advise(text)

    def _title(self) -> str:
        return f"{self._stage} epoch {self._whole.of_epochs(1)}"

    def _prepare(self, title: str, done: int, total: int) -> None:
        numbers = f"{done:,}/{total:,}"
        self._bar.update(self._task, description=title, completed=done, total=total, numbers=numbers)
        if not output.stderr.is_terminal:
            self._lines(done, total)

    def _begin_whole(self) -> None:
        if self._all is not None:
            self._bar.remove_task(self._all)
        self._all = self._bar.add_task("whole training", total=1.0, numbers="")
        self._began, self._begun_at = time.monotonic(), self._whole.share(0.0)

    def _tell_whole(self, of_epoch: float) -> None:
        if self._all is not None:
            share = self._whole.share(of_epoch)
            self._bar.update(self._all, completed=share, numbers=f"{share:.0%}{self._left(share)}")

    def _left(self, share: float) -> str:
        """`, about 12 min 3 s left`, by what this sitting has done; nothing at the end."""
        done = share - self._begun_at
        if share >= 1 or done <= 0:
            return ""
        seconds = (time.monotonic() - self._began) / done * (1 - share)
        return f", about {output.duration(seconds)} left"


@contextmanager
def training_progress() -> Iterator[TrainingProgress]:
    """A training's progress on stderr; the bars disappear at the end, the lines stay."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[numbers]}", markup=False),
    )
    with Progress(*columns, console=output.stderr, transient=True) as bar:
        yield RichProgress(bar)
