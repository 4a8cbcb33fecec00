"""Rows as tasks: which belong together, what travels, and what becomes of rows that fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lentigo.cluster.executor import LocalExecutor
from lentigo.cluster.tasks import Task, Teller
from lentigo.data.manifest import load_manifest
from lentigo.data.split import load_split
from lentigo.experiments.study import strands, study
from lentigo.experiments.study.rows import StudyRow, choose_rows
from lentigo.experiments.study.study import StudyJob
from lentigo.settings.errors import InUseError, RunError
from lentigo.settings.processes.interrupt import Interrupted
from lentigo.settings.run import RunDirectory


class Elsewhere(LocalExecutor):
    """Runs here what has travelled as JSON."""

    is_elsewhere = True

    def submit(self, task: Task) -> None:
        super().submit(replace(task, arguments=json.loads(json.dumps(dict(task.arguments)))))


@pytest.fixture
def job(small_data: Any, tmp_path: Path) -> StudyJob:
    manifest, split = load_manifest(small_data.data), load_split(small_data.split)
    return StudyJob(tmp_path, manifest, split, weights={"xception": "none"}, seed=3, overrides=("a=b",))


def test_rows_that_share_a_run_or_need_it_are_one_strand() -> None:
    rows = choose_rows(["S1", "S4-finetuned", "S5", "S6", "S7", "S11"])
    assert [[row.id for row in strand] for strand in strands.strands(rows)] == [
        ["S1"], ["S4-finetuned", "S5"], ["S6", "S7", "S11"],
    ]  # fmt: skip


def test_strands_are_run_from_what_travels_and_failures_are_told(
    job: StudyJob, make_run: Callable[..., RunDirectory], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[StudyJob] = []

    def run_row(there: StudyJob, row: StudyRow, _watch: Any) -> RunDirectory:
        seen.append(there)
        if row.id == "S2":
            raise RunError("no weights")
        return make_run(row.recipe)

    monkeypatch.setattr(study, "run_row", run_row)
    rows = choose_rows(["S1", "S2", "S3"])
    found = strands.run_study_on(Elsewhere(), job, rows)
    assert [(row["id"], row["error"]) for row in found] == [("S1", ""), ("S2", "no weights"), ("S3", "")]
    there = seen[0]
    assert (there.out, there.scale, there.seed) == (job.out, job.scale, job.seed)
    assert (there.weights, there.overrides) == (job.weights, job.overrides)
    assert (there.manifest.sha256, there.split.hash) == (job.manifest.sha256, job.split.hash)
    assert (job.out / "study.html").is_file()


def test_a_strand_whose_workers_are_lost_fails_and_a_stop_stops_all(
    job: StudyJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[Exception] = [RunError("S1 has lost 5 workers"), Interrupted("stopped")]

    def run_strand(_teller: Teller, **_: Any) -> dict[str, str]:
        raise errors.pop(0)

    monkeypatch.setattr(strands, "run_strand", run_strand)
    (row,) = strands.run_study_on(Elsewhere(), job, choose_rows(["S1"]))
    assert row["error"] == "S1 has lost 5 workers"
    with pytest.raises(Interrupted):
        strands.run_study_on(Elsewhere(), job, choose_rows(["S1"]))


def test_a_second_command_in_one_folder_is_told(job: StudyJob) -> None:
    with RunDirectory(job.out).locked(), pytest.raises(InUseError, match="in use by process"):
        strands.run_study_on(LocalExecutor(), job, choose_rows(["S1"]))
