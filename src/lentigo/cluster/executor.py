"""The seam: tasks in, outcomes out, in the order in which they end; and the executor of this process."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from lentigo.cluster.tasks import Outcome, Task, Teller
from lentigo.settings.errors import RunError, several


class Executor(ABC):
    """Runs tasks somewhere; use it as a context, which ends whatever still runs."""

    is_elsewhere = False
    """Whether tasks leave this process, and must then have plain arguments."""

    @property
    @abstractmethod
    def slots(self) -> int:
        """How many tasks run at a time, now."""

    @abstractmethod
    def submit(self, task: Task) -> None:
        """Have a task run as soon as there is a place for it."""

    @abstractmethod
    def next_outcome(self) -> Outcome:
        """Wait for the next task to end.

        Raises:
            Interrupted: a stop was asked for; tasks have kept what they had.
        """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(at_once=kind is not None and not issubclass(kind, Exception))

    @abstractmethod
    def close(self, at_once: bool = False) -> None:
        """End whatever still runs, once it has saved what it has; or at once, as on a second Ctrl-C."""


class LocalExecutor(Executor):
    """This process, one task after the other, when its outcome is asked for."""

    def __init__(self) -> None:
        self._waiting: deque[Task] = deque()

    @property
    def slots(self) -> int:
        """One."""
        return 1

    def submit(self, task: Task) -> None:
        """Put it last."""
        self._waiting.append(task)

    def close(self, at_once: bool = False) -> None:  # noqa: ARG002 - nothing runs meanwhile
        """Forget those that wait; nothing runs."""
        self._waiting.clear()

    def next_outcome(self) -> Outcome:
        """Run the first of those that wait."""
        task, began = self._waiting.popleft(), time.monotonic()
        try:
            value = task.function(Teller(), **task.arguments)
        except Exception as error:  # noqa: BLE001 - not swallowed: it is the outcome
            return Outcome(task, error=error, seconds=time.monotonic() - began)
        return Outcome(task, value, seconds=time.monotonic() - began)


def run_all(
    executor: Executor, tasks: Sequence[Task], say: Callable[[str], None] = lambda _text: None
) -> list[Any]:
    """Run tasks that need nothing of each other; returns their values in the order of the tasks.

    Here the first error stops; elsewhere all others end first, so that the same call again has less to do.

    Args:
        executor: where they run.
        tasks: each with a name of its own.
        say: told the name of each as it begins, where nobody else tells it.

    Raises:
        RunError: several have failed; says why each of them has.
        Exception: the error of the one that has.
    """
    if not executor.is_elsewhere:
        return [_run_here(executor, task, say) for task in tasks]
    for task in tasks:
        executor.submit(task)
    found = [executor.next_outcome() for _ in tasks]
    outcomes = {outcome.task.name: outcome for outcome in found}
    failed = [outcomes[task.name] for task in tasks if outcomes[task.name].error is not None]
    if len(failed) > 1:
        reasons = [f"{outcome.task.name}: {outcome.error}" for outcome in failed]
        raise RunError(several(f"{len(failed)} of {len(tasks)} tasks have failed:", reasons))
    return [outcomes[task.name].result() for task in tasks]


def _run_here(executor: Executor, task: Task, say: Callable[[str], None]) -> Any:
    say(task.name)
    executor.submit(task)
    return executor.next_outcome().result()
