"""What long work tells of itself while it goes on: the phase that it is in, and how far that is."""

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
