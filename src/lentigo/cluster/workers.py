"""Workers, as the spreading of tasks sees them, wherever they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lentigo.cluster.answering import Answer
from lentigo.cluster.tasks import Task, Told


@dataclass(frozen=True)
class Lost:
    """The worker of a task has ended before the task has."""

    how: str


News = tuple[str, Told | Answer | Lost]
"""Name of a task, and what is new of it."""


class Workers(Protocol):
    """Processes somewhere that take one task at a time."""

    @property
    def slots(self) -> int:
        """How many tasks they take, now."""

    def start(self, task: Task) -> None:
        """Have a task begin; there is a free slot."""

    def news(self, seconds: float) -> list[News]:
        """Wait for news, at most so long."""

    def stop(self) -> None:
        """Ask running tasks to save what they have and end."""

    def close(self) -> None:
        """End all workers."""
