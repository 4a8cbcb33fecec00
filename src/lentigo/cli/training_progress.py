"""A training as people see it: a bar of the epoch, a bar of the whole with the time left, a line an epoch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from lentigo.cli import output
from lentigo.training.progress import TrainingProgress
from lentigo.training.telling import ShownProgress


class RichScreen:
    """Two rich progress bars on stderr; without a terminal only lines are left."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("preparing", total=None, numbers="")
        self._all: TaskID | None = None
        self._lines = output.Lines("decoding images")

    def prepare(self, title: str, done: int, total: int) -> None:
        """Move the bar; without a terminal, now and then a line."""
        self.step(title, f"{done:,}/{total:,}", done, total)
        if not output.stderr.is_terminal:
            self._lines(done, total)

    def step(self, title: str, numbers: str = "", done: int | None = None, total: int | None = None) -> None:
        """Move the bar of what is done now."""
        if done is None:
            self._bar.update(self._task, description=title)
        else:
            self._bar.update(self._task, description=title, numbers=numbers, completed=done, total=total)

    def begin_whole(self) -> None:
        """Begin the bar of the whole anew."""
        if self._all is not None:
            self._bar.remove_task(self._all)
        self._all = self._bar.add_task("whole training", total=1.0, numbers="")

    def whole(self, share: float, numbers: str) -> None:
        """Move the bar of the whole."""
        if self._all is not None:
            self._bar.update(self._all, completed=share, numbers=numbers)

    def line(self, text: str, is_dated: bool = False) -> None:
        """Leave a line above the bars."""
        clock = f"{time.strftime('%H:%M:%S')} " if is_dated and not output.stderr.is_terminal else ""
        output.advise(clock + text)


@contextmanager
def training_progress() -> Iterator[TrainingProgress]:
    """A training's progress on stderr; the bars disappear at the end, the lines stay."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[numbers]}", markup=False),
    )
    with Progress(*columns, console=output.stderr, transient=True) as bar:
        yield ShownProgress(RichScreen(bar))
