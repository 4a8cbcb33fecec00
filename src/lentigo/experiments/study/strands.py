"""Rows of the study as tasks: those that look at one run, or start from one, belong to one strand.

Strands need nothing of each other; the rows of a strand are run one after the other, wherever that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lentigo.api.training_tasks import TellingProgress, open_manifest, saved_path
from lentigo.cluster.executor import Executor
from lentigo.cluster.tasks import Outcome, Task, Teller
from lentigo.data.split import load_split, save_split
from lentigo.evaluation.scores import Json
from lentigo.experiments.study.rows import StudyRow, choose_rows
from lentigo.experiments.study.study import StudyJob, Watch, run_rows, run_study, write_study
from lentigo.settings.errors import LentigoError
from lentigo.settings.files import make_folder
from lentigo.settings.processes.interrupt import Interrupted
from lentigo.settings.run import RunDirectory

SPLIT_FILE = "split-of-tasks.csv"


def run_study_on(
    executor: Executor, job: StudyJob, rows: Sequence[StudyRow], watch: Watch | None = None
) -> list[Json]:
    """As `run_study`, on an executor.

    Raises:
        InUseError: another command works in the study's folder.
        DataError: the work is to be done elsewhere, and the manifest is not saved.
    """
    make_folder(job.out)
    with RunDirectory(job.out).locked():
        if not executor.is_elsewhere:
            return run_study(job, rows, watch)
        errors: dict[str, str] = {}
        own = {}
        for task, strand in strand_tasks(job, rows):
            own[task.name] = strand
            executor.submit(task)
        for _ in own:
            outcome = executor.next_outcome()
            errors |= _errors(outcome, own[outcome.task.name])
            write_study(job, errors)
        return write_study(job, errors)


def _errors(outcome: Outcome, rows: Sequence[StudyRow]) -> dict[str, str]:
    """Why rows of a strand have failed; raises what concerns all of them or no user can remedy."""
    if isinstance(outcome.error, LentigoError) and not isinstance(outcome.error, Interrupted):
        return {row.id: str(outcome.error) for row in rows}
    return dict(outcome.result())


def strand_tasks(job: StudyJob, rows: Sequence[StudyRow]) -> list[tuple[Task, list[StudyRow]]]:
    """A task for each strand, with its rows.

    Raises:
        DataError: the manifest is not saved.
    """
    split = job.out.resolve() / "data" / SPLIT_FILE
    save_split(split, job.split, overwrite=True)
    known: dict[str, Any] = {
        "out": str(job.out.resolve()),
        "manifest": saved_path(job.manifest),
        "split": str(split),
        "scale": job.scale,
        "weights": dict(job.weights),
        "seed": job.seed,
        "overrides": list(job.overrides),
    }
    found = []
    for strand in strands(rows):
        ids = [row.id for row in strand]
        found.append((Task(", ".join(ids), run_strand, {**known, "rows": ids}), strand))
    return found


def strands(rows: Sequence[StudyRow]) -> list[list[StudyRow]]:
    """Rows put together that share a run, in their order."""
    found: dict[str, list[StudyRow]] = {}
    for row in rows:
        found.setdefault(row.needs or row.recipe, []).append(row)
    return list(found.values())


def run_strand(
    teller: Teller,
    out: str,
    manifest: str,
    split: str,
    rows: Sequence[str],
    **how: Any,
) -> dict[str, str]:
    """Run the rows of a strand; returns why some have failed, by id."""
    overrides = tuple(how.pop("overrides"))
    job = StudyJob(Path(out), open_manifest(manifest), load_split(split), overrides=overrides, **how)
    return run_rows(job, choose_rows(rows), Watch(teller.note, TellingProgress(teller)))
