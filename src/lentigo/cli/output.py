"""What verbs say: results on stdout, progress and advice on stderr.

Texts may hold hostile file names: nothing is interpreted as markup, control characters are shown escaped.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TextIO, cast

from rich.console import Console

from lentigo.settings import NOTICE
from lentigo.settings.errors import FileError
from lentigo.settings.phases import Phases
from lentigo.settings.phases import counted as counted  # noqa: PLC0414 - verbs say these with the rest
from lentigo.settings.phases import duration as duration  # noqa: PLC0414

Advance = Callable[[int, int], None]
READER_HAS_LEFT = 141
"""Exit code when whoever read the result has left, as of programs that SIGPIPE ends (`| head`)."""


_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class _StandardError:
    """`sys.stderr` as it is now; that advice cannot be written (closed, full) does not stop the work."""

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr, name)


stderr = Console(
    file=cast(TextIO, _StandardError()), markup=False, highlight=False, emoji=False, soft_wrap=True
)


def printable(text: str) -> str:
    """Show control and direction-changing characters as escapes, so a name cannot disguise itself."""
    return "".join(char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in text)


def error(text: str) -> None:
    """Say what is wrong."""
    stderr.print(f"error: {printable(text)}", style="bold red")


def advise(text: str) -> None:
    """Say something that is not the result: notices, warnings, counts."""
    stderr.print(printable(text), style="dim")


def notice() -> None:
    """Say what the product is not."""
    advise(NOTICE)


def next_command(text: str) -> None:
    """Say what one would usually type next."""
    stderr.print(f"Next: {printable(text)}", style="bold")


def result(text: str, facts: dict[str, Any], as_json: bool) -> None:
    """Print the result once: as text for people, or as one JSON object."""
    write(as_json_text(facts) if as_json else printable(text) + "\n")


def as_json_text(facts: dict[str, Any]) -> str:
    """Facts as indented JSON; half characters, from names that are not UTF-8, as `printable` shows them."""
    text = json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n"
    return _HALF_CHARACTER.sub(lambda found: f"\\\\u{ord(found[0]):04x}", text)


def write(text: str) -> None:
    """Put text on standard output, for good once this returns.

    Raises:
        FileError: standard output is closed or full, and the result is lost.
        SystemExit: whoever read it has left.
    """
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed")
        sys.stdout.write(_as_it_takes(text))
        sys.stdout.flush()
    except OSError as error:
        forget_output()
        if isinstance(error, BrokenPipeError):
            raise SystemExit(READER_HAS_LEFT) from None
        raise FileError(
            f"standard output cannot be written ({error.strerror}), and the result is lost; "
            "give it another place (> FILE), or make room"
        ) from error


def _as_it_takes(text: str) -> str:
    """What the terminal's character set has no sign for as escapes, which are JSON's."""

    def fits(letter: str) -> bool:
        with suppress(UnicodeEncodeError):
            return bool(letter.encode(sys.stdout.encoding or "utf-8"))
        return False

    return text if fits(text) else "".join(one if fits(one) else json.dumps(one)[1:-1] for one in text)


def forget_output() -> None:
    """Drop what standard output did not take: Python would stumble over it again at the end."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def indented(text: str) -> str:
    """A paragraph in lines of at most 100 columns, set in by four."""
    return textwrap.fill(" ".join(text.split()), 100, initial_indent="    ", subsequent_indent="    ")


def show_warning(message: Warning | str, category: type[Warning], *_where: object) -> None:
    """Replace Python's warning print-out, which shows source lines nobody asked for."""
    if issubclass(category, UserWarning):
        stderr.print(f"warning: {printable(str(message))}", style="yellow")


@contextmanager
def progress(title: str) -> Iterator[Advance]:
    """Show a bar with the time remaining; yields a function to call with (done, total).

    Without a terminal it is a line every half a minute.
    """
    if not stderr.is_terminal:
        yield Lines(title)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def phases() -> Iterator[Phases]:
    """Show a bar for each phase of some work, with its time left; yields what takes (phase, done, total)."""
    shown, steps = "", None
    with ExitStack() as stack:

        def tell(phase: str, done: int, total: int) -> None:
            nonlocal shown, steps
            if phase != shown or steps is None:
                stack.close()
                shown, steps = phase, stack.enter_context(progress(phase))
            if total:
                steps(done, total)

        yield tell


class Lines:
    """A bar where nobody watches, as in a log: a line with the time of day, now and then."""

    SECONDS = 30.0
    """At least, from one to the next."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = self._told = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is, unless that was said just now."""
        now = time.monotonic()
        if now - self._told < self.SECONDS or not done:
            return
        self._told = now
        left = (now - self._started) / done * (total - done)
        advise(
            f"{time.strftime('%H:%M:%S')} {self._title}: {done:,} of {total:,}, about {duration(left)} left"
        )


def number(interval: dict[str, Any] | None) -> str:
    """`0.812 [0.774, 0.848]`, or `undefined`."""
    if not interval or interval.get("value") is None:
        return "undefined"
    if interval.get("low") is None or interval.get("high") is None:
        return f"{interval['value']:.3f} [interval undefined]"
    return f"{interval['value']:.3f} [{interval['low']:.3f}, {interval['high']:.3f}]"


def is_terminal() -> bool:
    """Whether a person is watching."""
    return sys.stderr.isatty()


def seconds_since(start: float) -> str:
    """Elapsed time for people: `42 s` or `3 min 20 s`; `start` is from `time.monotonic()`."""
    return duration(time.monotonic() - start)
