"""What becomes of a task's errors in a worker."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from lentigo.cluster import answering
from lentigo.cluster.answering import TaskError, answer
from lentigo.cluster.tasks import Told
from lentigo.settings.errors import DataError, InUseError
from lentigo.settings.processes.locks import open_lock, try_lock


def test_a_value_and_what_was_told(tmp_path: Path) -> None:
    told: list[Told] = []
    assert answer("tiny_tasks:double", {"number": 4}, told.append) == (True, 8)
    assert told == [Told(note="doubling 4")]


def test_errors_of_ours_keep_their_kind_and_others_their_traceback(tmp_path: Path) -> None:
    is_fine, error = answer("tiny_tasks:fail", {"marker": str(tmp_path / "x")}, print)
    assert (is_fine, type(error), str(error)) == (
        False, DataError, "image 7 cannot be read; import the images again"
    )  # fmt: skip
    is_fine, error = answer("tiny_tasks:raise_foreign", {}, print)
    assert type(error) is TaskError
    assert "ZeroDivisionError: a fault of the program" in str(error)
    assert "tiny_tasks.py" in str(error)
    assert type(pickle.loads(pickle.dumps(error))) is TaskError  # noqa: S301


def test_a_directory_that_a_dying_worker_holds_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = {"folder": str(tmp_path), "seconds": 0}
    held = open_lock(tmp_path / "lock")
    assert try_lock(held.fileno())
    monkeypatch.setattr(answering.time, "sleep", lambda _seconds: held.close())
    assert answer("tiny_tasks:hold", arguments, print)[0]
    monkeypatch.undo()
    monkeypatch.setattr(answering, "WAIT_FOR_DEAD_SECONDS", -1.0)
    with open_lock(tmp_path / "lock") as other:
        assert try_lock(other.fileno())
        is_fine, error = answer("tiny_tasks:hold", arguments, print)
    assert (is_fine, type(error)) == (False, InUseError)
