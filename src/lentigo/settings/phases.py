"""What long work tells of itself while it goes on: its phase, how far that is, how long yet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

Steps = Callable[[int, int], None]
"""Called with (done, total) of one phase."""
Phases = Callable[[str, int, int], None]
"""Called with (phase, done, total); total is 0 where a phase has only begun."""


def steps_of(phases: Phases | None, phase: str) -> Steps | None:
    """Say that a phase begins, and give what tells its steps; None where nobody listens."""
    if phases is None:
        return None
    phases(phase, 0, 0)
    return partial(phases, phase)


def duration(seconds: float) -> str:
    """For people: `42 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return (
        f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
    )


def counted(number: int, what: str) -> str:
    """`1 epoch`, `3 epochs`, `8,114 images`; irregular plurals are not known."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
