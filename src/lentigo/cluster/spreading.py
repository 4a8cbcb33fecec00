"""Tasks spread over workers that may vanish: a lost worker's task runs again, a failed task does not.

    waiting -> running -> done                     the worker has answered: a value, or the task's own error
                  |-----> waiting                  the worker was lost; at most `MOST_LOSSES` times in a row

A task that gets further between two losses may lose any number of workers: each time it goes on from what its
directory holds. One that does not, such as one that fills the memory, ends with an error.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from lentigo.cluster.answering import Answer
from lentigo.cluster.executor import Executor
from lentigo.cluster.tasks import Outcome, Task, TaskWatch, Told
from lentigo.cluster.workers import Lost, Workers
from lentigo.settings.errors import RunError
from lentigo.settings.processes.interrupt import Interrupted, StopRequest, stop_on_signals

MOST_LOSSES = 5
"""Workers that a task may lose without getting further."""
LEAST_GAIN = 0.01
"""Of a task's work: what counts as getting further."""
WAIT_SECONDS = 0.5
STOP_SECONDS = 60.0
"""How long running tasks have to save what they have."""


@dataclass
class Attempts:
    """What a task has been through."""

    task: Task
    began: float = 0.0
    number: int = 0
    losses: int = 0
    """Since it last got further."""
    share: float = 0.0
    """The furthest it has been."""


class Spread(Executor):
    """Runs tasks on workers; see the module."""

    is_elsewhere = True

    def __init__(self, workers: Workers, watch: TaskWatch | None = None) -> None:
        self._workers, self._watch = workers, watch or TaskWatch()
        self._waiting: deque[Attempts] = deque()
        self._running: dict[str, Attempts] = {}
        self._done: deque[Outcome] = deque()
        self._stop = StopRequest()
        self._context = ExitStack()

    @property
    def slots(self) -> int:
        """As many as there are workers."""
        return self._workers.slots

    def submit(self, task: Task) -> None:
        """Put it last."""
        self._waiting.append(Attempts(task))

    def next_outcome(self) -> Outcome:
        """Start what waits, and wait for something to end."""
        while not self._done:
            assert self._waiting or self._running, "an outcome is asked for, and no task was submitted"
            self._start_waiting()
            for name, news in self._workers.news(WAIT_SECONDS):
                self._hear(self._running[name], news)
            if self._stop.signal_name:
                self._end_early()
        return self._done.popleft()

    def __enter__(self) -> Self:
        self._stop = self._context.enter_context(stop_on_signals())
        return self

    def close(self, at_once: bool = False) -> None:
        """Let running tasks save what they have, unless it is to be at once; then end the workers."""
        try:
            if not at_once:
                self._wait_for_end()
        finally:
            self._workers.close()
            self._context.close()

    def _start_waiting(self) -> None:
        while self._waiting and len(self._running) < self._workers.slots:
            attempts = self._waiting.popleft()
            attempts.number += 1
            attempts.began = time.monotonic()
            self._running[attempts.task.name] = attempts
            self._watch.started(attempts.task, attempts.number)
            self._workers.start(attempts.task)

    def _hear(self, attempts: Attempts, news: Told | Answer | Lost) -> None:
        if isinstance(news, Told):
            if news.share is not None and news.share >= attempts.share + LEAST_GAIN:
                attempts.share, attempts.losses = news.share, 0
            self._watch.told(attempts.task, news)
            return
        del self._running[attempts.task.name]
        if isinstance(news, Lost):
            self._lose(attempts, news)
            return
        is_fine, found = news
        value, error = (found, None) if is_fine else (None, found)
        self._end(Outcome(attempts.task, value, error, time.monotonic() - attempts.began))

    def _lose(self, attempts: Attempts, lost: Lost) -> None:
        """Have the task run again, first of all, unless that has proved to be in vain."""
        attempts.losses += 1
        if attempts.losses < MOST_LOSSES:
            self._watch.lost(attempts.task, lost.how)
            self._waiting.appendleft(attempts)
            return
        reason = (
            f"{attempts.task.name} has lost {attempts.losses} workers in a row without getting further, the "
            f"last by {lost.how}; memory that ran out is the usual cause: run fewer at a time, then give the "
            "same command again"
        )
        self._end(Outcome(attempts.task, error=RunError(reason)))

    def _end(self, outcome: Outcome) -> None:
        self._watch.ended(outcome)
        self._done.append(outcome)

    def _end_early(self) -> None:
        """Stop on request.

        Raises:
            Interrupted: always.
        """
        self._wait_for_end()
        raise Interrupted(
            f"stopped on request ({self._stop.signal_name}); the same command goes on where this one was"
        )

    def _wait_for_end(self) -> None:
        """Ask what runs to save what it has, and give it the time to."""
        if not self._running:
            return
        self._workers.stop()
        deadline = time.monotonic() + STOP_SECONDS
        while self._running and time.monotonic() < deadline:
            for name, news in self._workers.news(WAIT_SECONDS):
                if not isinstance(news, Told):
                    del self._running[name]
