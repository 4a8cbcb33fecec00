"""`--on`: what people see of many tasks, and what an installation without Ray says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from lentigo.cli.app import main
from lentigo.cli.executing import executing, tasks_progress
from lentigo.cluster.tasks import Outcome, Task, Told
from lentigo.settings.errors import DataError

ONE, TWO = Task("fold 0 of 2", print), Task("fold 1 of 2", print)


def test_all_tasks_are_told_in_one_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("lentigo.cli.executing.time.monotonic", lambda: now[0])
    with tasks_progress(2) as watch:
        watch.started(ONE, 1)
        watch.started(TWO, 1)
        watch.told(ONE, Told(note="resumed [/]"))
        watch.told(
            ONE, Told(share=0.5, doing="epoch 1/2")
        )  # a resumed task: what was done before is not ours
        now[0] += 60
        watch.told(ONE, Told(share=0.75, doing="epoch 2/2"))
        (whole,) = [task for task in watch._bar.tasks if task.description == "all tasks"]
        assert whole.completed == pytest.approx(0.375)
        assert whole.fields["numbers"] == "0/2, about 5 min 0 s left"  # an eighth took a minute
        watch.lost(TWO, "SIGKILL")
        watch.started(TWO, 2)
        watch.ended(Outcome(ONE, seconds=61))
        watch.ended(Outcome(TWO, error=DataError("image 7\nmore"), seconds=5))
        assert whole.completed == 1
        assert [task.description for task in watch._bar.tasks] == ["all tasks"]
    said = capsys.readouterr().err
    for line in (
        "fold 0 of 2: resumed [/]",
        "fold 1 of 2: its worker was lost (SIGKILL); it goes on in another",
        "fold 1 of 2: begins, attempt 2",
        "fold 0 of 2: done, 1 min 1 s",
        "fold 1 of 2: failed: image 7, 5 s",
    ):
        assert line in said


def test_local_tasks_tell_the_bar_of_one_training() -> None:
    with executing("local", 3) as (executor, progress):
        assert not executor.is_elsewhere
        assert progress is not None


def test_a_missing_ray_is_one_line(
    small_data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "lentigo.cluster.ray_cluster", raising=False)
    places = [
        "--manifest",
        str(small_data.data),
        "--split",
        str(small_data.split),
        "--out",
        str(tmp_path / "x"),
    ]
    for on, said in (("ray", 'pip install "lentigo[cluster]"'), ("slurm", "expected local, processes:N")):
        assert main(["train", "baseline", *places, "--on", on]) == 2
        (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error")]
        assert said in line
    assert not (tmp_path / "x").exists()
