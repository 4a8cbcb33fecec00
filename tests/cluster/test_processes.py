"""Processes of this machine: killed, stopped, and left by their driver. All in a few workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_tasks

from lentigo.cluster.executor import run_all
from lentigo.cluster.processes import ProcessWorkers
from lentigo.cluster.spreading import Spread
from lentigo.cluster.tasks import Task, TaskWatch, Told
from lentigo.settings.errors import DataError
from lentigo.settings.processes.interrupt import Interrupted

STEPS = 12


def wait_until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


class Killer(TaskWatch):
    """Kills the worker of a task that has just told how far it is."""

    def __init__(self, times: int) -> None:
        self.workers: ProcessWorkers | None = None
        self.times = times
        self.lost_by: list[str] = []

    def told(self, task: Task, told: Told) -> None:
        if self.workers and told.share and self.times > 0:
            self.times -= 1
            os.kill(self.workers.process_ids()[task.name], signal.SIGKILL)

    def lost(self, task: Task, how: str) -> None:
        self.lost_by.append(how)


def test_work_is_done_elsewhere_and_survives_what_happens_to_workers(tmp_path: Path) -> None:
    """One pair of workers for all of it: values, environment, a kill, a task that kills, one that fails."""
    workers, watch = ProcessWorkers(2, {"OMP_NUM_THREADS": "1"}), Killer(2)
    watch.workers = workers
    counts = [
        Task(
            f"count {number}",
            tiny_tasks.count,
            {"out": str(tmp_path / f"{number}"), "steps": STEPS, "seconds": 0.06},
        )
        for number in range(2)
    ]
    with Spread(workers, watch) as executor:
        assert run_all(executor, counts) == [tiny_tasks.ended_count(STEPS)] * 2
        assert watch.lost_by == ["SIGKILL", "SIGKILL"]
        begun = time.monotonic()
        doubles = [Task(f"{number}", tiny_tasks.double, {"number": number}) for number in range(40)]
        assert run_all(executor, doubles) == [2 * number for number in range(40)]
        assert (time.monotonic() - begun) / 40 < 0.05, "an executor's own cost of a task"
        variable = Task("variable", tiny_tasks.variable, {"name": "OMP_NUM_THREADS"})
        assert run_all(executor, [variable]) == ["1"]
        marker = tmp_path / "vanish"
        vanish = Task("vanish", tiny_tasks.vanish, {"marker": str(marker), "times": 1})
        assert run_all(executor, [vanish]) == ["survived"]
        with pytest.raises(DataError, match="image 7"):
            run_all(executor, [Task("fail", tiny_tasks.fail, {"marker": str(tmp_path / "fail")})])
        assert (tmp_path / "fail").read_text() == "called\n"


def test_a_stop_lets_a_task_save_and_leaves_no_process(tmp_path: Path) -> None:
    workers, state = ProcessWorkers(1), tmp_path / "state"

    class Asking(TaskWatch):
        def told(self, task: Task, told: Told) -> None:
            os.kill(os.getpid(), signal.SIGINT)

    with Spread(workers, Asking()) as executor:
        executor.submit(Task("training", tiny_tasks.wait_for_stop, {"out": str(state)}))
        with pytest.raises(Interrupted, match="SIGINT"):
            executor.next_outcome()
        (pid,) = [worker.process.pid or 0 for worker in workers._workers]
    assert state.read_text() == "saved"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


DRIVER = """
import sys
sys.path.insert(0, sys.argv[1])
import tiny_tasks
from lentigo.cluster.choosing import open_executor
from lentigo.cluster.tasks import Task

if __name__ == "__main__":
    with open_executor("processes:1") as executor:
        executor.submit(Task("hold", tiny_tasks.hold, {"folder": sys.argv[2], "seconds": 60}))
        executor.next_outcome()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="locks are looked at as POSIX has them")
def test_workers_end_with_a_driver_that_is_killed(tmp_path: Path) -> None:
    from lentigo.settings.processes.locks import open_lock, try_lock

    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    command = [sys.executable, str(script), str(Path(__file__).parent), str(tmp_path)]
    driver = subprocess.Popen(command)

    def is_held() -> bool:
        with open_lock(tmp_path / "lock") as handle:
            return not try_lock(handle.fileno())

    wait_until(is_held)
    driver.kill()
    driver.wait()
    wait_until(lambda: not is_held(), 10)
