"""Tasks in this process; many of them, with errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tiny_tasks

from lentigo.cluster.executor import Executor, LocalExecutor, run_all
from lentigo.cluster.tasks import Outcome, Task
from lentigo.settings.errors import DataError, RunError


def doubling(*numbers: int) -> list[Task]:
    return [Task(f"double {number}", tiny_tasks.double, {"number": number}) for number in numbers]


class Elsewhere(LocalExecutor):
    """Runs here, last first, and says that it is elsewhere."""

    is_elsewhere = True

    def next_outcome(self) -> Outcome:
        self._waiting.reverse()
        return super().next_outcome()


@pytest.mark.parametrize("executor", [LocalExecutor(), Elsewhere()])
def test_values_come_in_the_order_of_the_tasks(executor: Executor) -> None:
    assert run_all(executor, doubling(1, 2, 3)) == [2, 4, 6]


def test_here_tasks_begin_in_order_and_the_first_error_stops(tmp_path: Path) -> None:
    said: list[str] = []
    tasks = [*doubling(1), Task("bad", tiny_tasks.fail, {"marker": str(tmp_path / "bad")}), *doubling(2)]
    with pytest.raises(DataError, match="image 7"):
        run_all(LocalExecutor(), tasks, said.append)
    assert said == ["double 1", "bad"]


def test_elsewhere_all_others_end_before_the_errors_are_told(tmp_path: Path) -> None:
    marks = [tmp_path / name for name in "ab"]
    bad: list[Any] = [Task(mark.name, tiny_tasks.fail, {"marker": str(mark)}) for mark in marks]
    with pytest.raises(DataError, match="image 7"):
        run_all(Elsewhere(), [*doubling(1), bad[0], *doubling(2)])
    with pytest.raises(RunError, match=r"2 of 3 tasks have failed:\n  - a: image 7.*\n  - b: image 7"):
        run_all(Elsewhere(), [*bad, *doubling(3)])
