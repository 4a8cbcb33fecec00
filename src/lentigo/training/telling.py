"""Events of a training in; titles, numbers and the time left for whoever draws them out."""

from __future__ import annotations

import time
from typing import Any, Protocol

from lentigo.settings.phases import counted, duration
from lentigo.training.progress import StageStart, StepDone, TrainingProgress, WholeTraining

SHOWN = ("loss", "balanced_accuracy", "val_loss", "val_accuracy", "val_balanced_accuracy")
"""Figures of an epoch; those of validation are None where there is no validation part."""


class Screen(Protocol):
    """What a training is shown on: a bar of what is done now, a bar of the whole, and lines."""

    def prepare(self, title: str, done: int, total: int) -> None:
        """What comes before learning."""

    def step(self, title: str, numbers: str = "", done: int | None = None, total: int | None = None) -> None:
        """Move the bar of what is done now; without `done` only its title changes."""

    def begin_whole(self) -> None:
        """Begin the bar of the whole anew."""

    def whole(self, share: float, numbers: str) -> None:
        """Move it; `share` from 0 to 1."""

    def line(self, text: str, is_dated: bool = False) -> None:
        """Leave a line; with the time of day where lines are all there is."""


class ShownProgress(TrainingProgress):
    """Turns events into words and numbers on a screen."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._stage = ""
        self._whole = WholeTraining()
        self._has_begun = False
        self._began, self._begun_at = time.monotonic(), 0.0

    def preparing(self, done: int, total: int) -> None:
        """Show images going into the pixel cache."""
        self._screen.prepare("decoding images", done, total)

    def storing(self, done: int, total: int) -> None:
        """Show what frozen layers make of images being computed."""
        self._screen.prepare("frozen layers", done, total)

    def stage_started(self, event: StageStart) -> None:
        """Say what learns; with the first stage of a training, the bar of the whole begins anew."""
        self._stage = f"stage {event.index + 1}/{event.num_stages} ({event.name})"
        is_new = not self._has_begun or event.index <= self._whole.stage.index
        self._whole.stage_started(event)
        if is_new:
            self._has_begun = True
            self._screen.begin_whole()
            self._began, self._begun_at = time.monotonic(), self._whole.share()
        learn = f"{event.num_trainable:,} parameters learn"
        self._screen.line(f"{self._stage}: {learn}, {counted(event.num_epochs, 'epoch')}")
        self._tell_whole(0.0)

    def doing(self, what: str) -> None:
        """Say what has no steps on the bar."""
        self._screen.step(f"{self._title()}, {what}")

    def step_done(self, event: StepDone) -> None:
        """Move both bars."""
        figures = f"loss {event.loss:.3f}  balanced accuracy {event.balanced_accuracy:.3f}"
        numbers = f"{event.done}/{event.total}  {figures}"
        self._screen.step(self._title(), numbers, event.done, event.total)
        self._tell_whole(event.done / max(event.total, 1))

    def epoch_ended(self, row: dict[str, Any]) -> None:
        """Leave one line for the epoch."""
        self._whole.epoch_ended()
        self._tell_whole(0.0)
        shown = {name: "none" if row[name] is None else f"{row[name]:.3f}" for name in SHOWN}
        left = self._left(self._whole.share())
        self._screen.line(
            f"{self._stage} epoch {self._whole.of_epochs()}: loss {shown['loss']}, "
            f"balanced accuracy {shown['balanced_accuracy']}; validation: loss {shown['val_loss']}, "
            f"accuracy {shown['val_accuracy']}, balanced accuracy {shown['val_balanced_accuracy']} "
            f"({row['seconds']:.0f} s, {row['images_per_second']:.0f} images/s{left})",
            is_dated=True,
        )

    def note(self, text: str) -> None:
        """Pass on what a person should know."""
        self._screen.line(text)

    def _title(self) -> str:
        return f"{self._stage} epoch {self._whole.of_epochs(1)}"

    def _tell_whole(self, of_epoch: float) -> None:
        share = self._whole.share(of_epoch)
        self._screen.whole(share, f"{share:.0%}{self._left(share)}")

    def _left(self, share: float) -> str:
        """`, about 12 min 3 s left`, by what this sitting has done; nothing at the end."""
        done = share - self._begun_at
        if share >= 1 or done <= 0:
            return ""
        seconds = (time.monotonic() - self._began) / done * (1 - share)
        return f", about {duration(seconds)} left"
