"""Progress in a notebook: bars below the cell that runs, without any widget to install."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from importlib import import_module
from typing import Any

from lentigo.settings.phases import Phases, Steps, duration
from lentigo.training.progress import TrainingProgress
from lentigo.training.telling import ShownProgress

SECONDS = 0.3
"""Between two pictures of the bars, at least."""


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


class Bars:
    """Bars below a cell, one a name, drawn again and again in one place."""

    def __init__(self) -> None:
        self._bars: dict[str, str] = {}
        self._place: Any = None
        self._drawn = -SECONDS

    def tell(self, name: str, title: str, share: float | None, numbers: str) -> None:
        """Draw one of them; `share` from 0 to 1, None where it is not known."""
        value = "" if share is None else f' value="{share:.4f}"'
        words = f"{escape(title)} <small>{escape(numbers)}</small>"
        self._bars[name] = f'<div><progress max="1"{value}></progress> {words}</div>'
        if time.monotonic() - self._drawn >= SECONDS:
            self._draw()

    def line(self, text: str) -> None:
        """Leave a line for good."""
        print(text)

    def forget(self) -> None:
        """Take the bars away."""
        if self._place is not None:
            self._bars = {}
            self._draw()

    def _draw(self) -> None:
        shown: Any = import_module("IPython.display")
        self._drawn, picture = time.monotonic(), shown.HTML("".join(self._bars.values()))
        if self._place is None:
            self._place = shown.display(picture, display_id=True)
        else:
            self._place.update(picture)


class BarsScreen:
    """The bars of a training, as a `Screen`."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars

    def prepare(self, title: str, done: int, total: int) -> None:
        """What comes before learning."""
        self.step(title, f"{done:,}/{total:,}", done, total)

    def step(self, title: str, numbers: str = "", done: int | None = None, total: int | None = None) -> None:
        """What is done now."""
        self._bars.tell("now", title, done / total if done is not None and total else None, numbers)

    def begin_whole(self) -> None:
        """The bar of the whole begins with its first share."""

    def whole(self, share: float, numbers: str) -> None:
        """The whole training."""
        self._bars.tell("whole", "whole training", share, numbers)

    def line(self, text: str, is_dated: bool = False) -> None:  # noqa: ARG002 - a notebook dates nothing
        """Leave a line."""
        self._bars.line(text)


@contextmanager
def training() -> Iterator[TrainingProgress]:
    """Bars of a training; they go when it ends, its lines stay."""
    with _bars() as bars:
        yield ShownProgress(BarsScreen(bars))


@contextmanager
def phases() -> Iterator[Phases]:
    """A bar of each phase of some work, with its time left; takes (phase, done, total)."""
    with _bars() as bars:
        begun: dict[str, float] = {}

        def tell(phase: str, done: int, total: int) -> None:
            start = begun.setdefault(phase, time.monotonic())
            left = (time.monotonic() - start) / done * (total - done) if done else 0
            numbers = f"{done:,}/{total:,}, about {duration(left)} left" if total else ""
            bars.tell("now", phase, done / total if total else None, numbers)

        yield tell


def steps(title: str) -> Callable[[], Any]:
    """The same of work with one phase; takes (done, total)."""

    @contextmanager
    def counted() -> Iterator[Steps]:
        with phases() as tell:
            yield lambda done, total: tell(title, done, total)

    return counted


@contextmanager
def _bars() -> Iterator[Bars]:
    bars = Bars()
    try:
        yield bars
    finally:
        bars.forget()
