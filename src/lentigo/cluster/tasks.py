"""What is handed to an executor, what it tells while it runs, and what comes back.

A task is a function of a module and its arguments: it writes one directory and returns something plain. What
is to run elsewhere has plain arguments (texts, numbers, paths), so that nothing but names and values travels.
A task that has been killed and is run again goes on from what its directory holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

TELL_SECONDS = 0.5
"""At least, between two shares that one task tells."""


@dataclass(frozen=True)
class Task:
    """One piece of work that needs nothing of those beside it."""

    name: str
    """As people see it; one of a kind among the tasks of an executor."""
    function: Callable[..., Any]
    """Called with a `Teller` and the arguments."""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What a running task says of itself."""

    note: str = ""
    """Something a person should know; empty: only how far it is."""
    share: float | None = None
    """How much of its work is done, 0 to 1; None where that is not known."""
    doing: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a task ended: with a value, or with an error."""

    task: Task
    value: Any = None
    error: Exception | None = None
    seconds: float = 0.0

    def result(self) -> Any:
        """The value; raises the task's error instead where there is one."""
        if self.error is not None:
            raise self.error
        return self.value


class Teller:
    """Given to a task, so that it can say how far it is."""

    def __init__(self, pass_on: Callable[[Told], None] = lambda _told: None) -> None:
        self._pass_on = pass_on
        self._told = -TELL_SECONDS

    def note(self, text: str) -> None:
        """Pass on what a person should know."""
        self._pass_on(Told(note=text))

    def share(self, share: float | None, doing: str = "") -> None:
        """Say how much is done, 0 to 1; what comes too soon after the last is dropped."""
        now = time.monotonic()
        if now - self._told >= TELL_SECONDS:
            self._told = now
            self._pass_on(Told(share=share, doing=doing))


class TaskWatch:
    """Told what happens to tasks; every method may be overridden, none must be."""

    def started(self, task: Task, attempt: int) -> None:
        """A task begins: `attempt` is 1, or more where its worker was lost."""

    def told(self, task: Task, told: Told) -> None:
        """A running task has said something."""

    def lost(self, task: Task, how: str) -> None:
        """The worker of a task has ended; the task waits for another."""

    def ended(self, outcome: Outcome) -> None:
        """A task has a value or an error."""


def reference(function: Callable[..., Any]) -> str:
    """A function of a module by name, such as `package.module:function`."""
    return f"{function.__module__}:{function.__qualname__}"


def referred(name: str) -> Callable[..., Any]:
    """The function of a `reference`; its module is imported."""
    from importlib import import_module

    module, _, function = name.partition(":")
    return cast(Callable[..., Any], getattr(import_module(module), function))
