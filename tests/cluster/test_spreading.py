"""Which tasks run again: workers that are told what becomes of each task."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import pytest

from lentigo.cluster.executor import run_all
from lentigo.cluster.spreading import MOST_LOSSES, Spread
from lentigo.cluster.tasks import Outcome, Task, TaskWatch, Told
from lentigo.cluster.workers import Lost, News
from lentigo.settings.errors import DataError, RunError
from lentigo.settings.processes.interrupt import Interrupted

FINE = (True, "done")


class Scripted:
    """Workers of which it is written what they will say of each attempt at a task."""

    slots = 2

    def __init__(self, **script: Sequence[Any]) -> None:
        self.script = {name: deque(news) for name, news in script.items()}
        self.running: list[str] = []
        self.begun: list[str] = []
        self.most = 0
        self.is_stopped = self.is_closed = False

    def start(self, task: Task) -> None:
        self.running.append(task.name)
        self.begun.append(task.name)
        self.most = max(self.most, len(self.running))

    def news(self, seconds: float) -> list[News]:
        found = [(name, self.script[name].popleft()) for name in list(self.running) if self.script[name]]
        for name, news in found:
            if not isinstance(news, Told):
                self.running.remove(name)
        return found

    def stop(self) -> None:
        self.is_stopped = True
        for name in self.running:
            self.script[name].append((False, Interrupted("saved")))

    def close(self) -> None:
        self.is_closed = True


def task(name: str) -> Task:
    return Task(name, print)


def run(workers: Scripted, watch: TaskWatch | None = None) -> list[Any]:
    with Spread(workers, watch) as executor:
        return run_all(executor, [task(name) for name in workers.script])


def test_no_more_run_at_a_time_than_there_are_workers() -> None:
    workers = Scripted(a=[FINE], b=[FINE], c=[FINE], d=[FINE])
    assert run(workers) == ["done"] * 4
    assert workers.most == 2
    assert workers.begun == list("abcd")
    assert workers.is_closed


def test_a_lost_workers_task_runs_again_before_those_that_wait() -> None:
    workers = Scripted(a=[Lost("SIGKILL"), FINE], b=[Told(note="slow"), Told(note="slow"), FINE], c=[FINE])
    assert run(workers) == ["done"] * 3
    assert workers.begun == ["a", "b", "a", "c"]


def test_a_task_that_fails_on_its_data_is_not_run_again() -> None:
    workers = Scripted(a=[(False, DataError("image 7"))], b=[FINE])
    with pytest.raises(DataError, match="image 7"):
        run(workers)
    assert workers.begun == ["a", "b"]


def test_a_task_that_always_takes_its_worker_with_it_ends() -> None:
    workers = Scripted(a=[Lost("SIGKILL")] * MOST_LOSSES, b=[FINE])
    with pytest.raises(RunError, match=r"a has lost 5 workers in a row .* by SIGKILL; memory"):
        run(workers)
    assert workers.begun.count("a") == MOST_LOSSES


def test_getting_further_makes_up_for_losses_and_getting_as_far_again_does_not() -> None:
    further = [one for step in range(20) for one in (Told(share=step / 20), Lost("SIGKILL"))]
    assert run(Scripted(a=[*further, FINE])) == ["done"]
    as_far = [one for _ in range(20) for one in (Told(share=0.5), Lost("SIGKILL"))]
    workers = Scripted(a=as_far)
    with pytest.raises(RunError, match="without getting further"):
        run(workers)
    assert workers.begun.count("a") == MOST_LOSSES + 0


def test_a_stop_lets_what_runs_save_and_starts_nothing_more() -> None:
    workers = Scripted(a=[Told(note="begun")], b=[], c=[FINE])
    with Spread(workers) as executor:
        for name in workers.script:
            executor.submit(task(name))
        executor._stop.ask("SIGINT")
        with pytest.raises(Interrupted, match=r"SIGINT.*the same command goes on"):
            executor.next_outcome()
    assert workers.is_stopped
    assert workers.is_closed
    assert workers.begun == ["a", "b"]


def test_an_error_of_the_driver_stops_what_runs() -> None:
    workers = Scripted(a=[], b=[])

    def drive() -> None:
        with Spread(workers) as executor:
            executor.submit(task("a"))
            executor._start_waiting()
            raise RunError("no room on the disk")

    with pytest.raises(RunError, match="disk"):
        drive()
    assert workers.is_stopped
    assert workers.is_closed


def test_a_second_interruption_ends_at_once() -> None:
    workers = Scripted(a=[], b=[])

    def drive() -> None:
        with Spread(workers) as executor:
            executor.submit(task("a"))
            executor._start_waiting()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drive()
    assert not workers.is_stopped
    assert workers.is_closed


def test_whoever_watches_is_told_of_everything() -> None:
    seen: list[str] = []

    class Seeing(TaskWatch):
        def started(self, task: Task, attempt: int) -> None:
            seen.append(f"{task.name} starts, {attempt}")

        def told(self, task: Task, told: Told) -> None:
            seen.append(f"{task.name} says {told.note}")

        def lost(self, task: Task, how: str) -> None:
            seen.append(f"{task.name} lost by {how}")

        def ended(self, outcome: Outcome) -> None:
            seen.append(f"{outcome.task.name} ended")

    run(Scripted(a=[Told(note="hello"), Lost("SIGKILL"), FINE]), Seeing())
    assert seen == ["a starts, 1", "a says hello", "a lost by SIGKILL", "a starts, 2", "a ended"]
