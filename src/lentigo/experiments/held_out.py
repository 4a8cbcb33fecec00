"""Runs and tables in; their answers on images that they have not learnt, guarded and side by side, out.

A run, an ensemble and a cross-validation are all taken alike: of the last, `out-of-fold` is a part as well. A
stranger's table answers the images of a run beside it, or those of the first table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.leak_guard import has_leak
from lentigo.api.answers.runs.parts import answers_of, log_look
from lentigo.api.answers.runs.source import RunSource, open_run
from lentigo.api.answers.tables.aligning import align_table
from lentigo.api.answers.tables.given import is_table_file
from lentigo.api.answers.tables.opening import TableOptions, open_table
from lentigo.api.answers.tables.reading import ReadOptions
from lentigo.api.judging.reporting import report_answers
from lentigo.api.measures.measures import measure
from lentigo.data.split import PARTS
from lentigo.evaluation.evaluate import evaluate_predictions, save_evaluation
from lentigo.settings.errors import RunError
from lentigo.settings.run import RunDirectory


@dataclass(frozen=True)
class SideOptions:
    """How those who are judged side by side are opened."""

    part: str = ""
    """By default what the first run is judged by, or the validation rows of a first table that says parts."""
    manifest: str | Path | None = None
    """Where the manifest of runs is now, if it has moved."""
    truth: str | Path | None = None
    """The classes of images that only tables answer; by default the first table says them."""
    allow_leak: bool = False
    reading: ReadOptions = field(default_factory=ReadOptions)


def has_table(paths: Sequence[str | Path]) -> bool:
    """Whether somebody's table of answers is among them."""
    return any(is_table_file(path) for path in paths)


def hold_out_all(paths: Sequence[str | Path], options: SideOptions) -> list[Answers]:
    """Answers of runs and tables to the same images, in the order given.

    Raises:
        RunError: a path is given twice, or runs differ in images, split or classes.
        DataError, TableError: a table cannot be read, or lacks images or classes.
        LeakError: an image was learnt from.
    """
    if len({Path(path).resolve() for path in paths}) < len(paths):
        raise RunError("the same run or table is given twice; give different ones")
    runs = {str(path): open_run(path, options.manifest) for path in paths if not is_table_file(path)}
    part = options.part or next((run.default_part() for run in runs.values()), "")
    if runs:
        check_alike(list(runs.values()), part)
    held = {path: hold_out(run, part, options.allow_leak) for path, run in runs.items()}
    if not held:
        first = TableOptions(options.truth, part=part, allow_leak=options.allow_leak, reading=options.reading)
        held[str(paths[0])] = open_table(paths[0], first).answers
    beside = next(iter(held.values()))
    for path in paths:
        if str(path) not in held:
            held[str(path)] = align_table(path, beside, options.reading, options.allow_leak)
    return [held[str(path)] for path in paths]


def check_alike(runs: Sequence[RunSource], part: str) -> None:
    """Stop unless runs can be judged side by side on one part.

    Raises:
        RunError: one is given twice, or they differ in images, split, classes, or images of the part.
    """
    first = runs[0]
    places = [source.run.path.resolve() for source in runs]
    if len(set(places)) < len(places):
        raise RunError("the same run is given twice; give different ones")
    for other in runs[1:]:
        differences = [name for name, is_other in _differences(first, other, part) if is_other]
        if differences:
            raise RunError(
                f"{first.run.path} and {other.run.path} have other {' and '.join(differences)}: only answers "
                "on the same images, split and classes can be judged side by side; train both with the same "
                "--manifest and --split"
            )


def hold_out(source: RunSource, part: str, allow_leak: bool = False) -> Answers:
    """Let a run answer a part, after the guard; a look at the test part is logged in the run.

    The answers are put in manifest order, so that those of several runs are side by side.

    Raises:
        LeakError: an image of the part, or its group, was learnt by whoever answers it.
        SplitError: the part is empty.
    """
    leaked = has_leak(source.manifest, source.split, part, allow_leak)
    log_look(source.run, part)
    found = answers_of(source.run, source.manifest, source.split, part)
    place = {image_id: row for row, image_id in enumerate(source.manifest.table["image_id"])}
    order = np.argsort([place[image_id] for image_id in found.image_ids.tolist()], kind="stable")
    return source.answers(found.chosen(order), part, leaked)


def evaluate_held_out(
    run: RunDirectory, answers: Answers, further: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The figures of answers as they are, written into a run's `evaluation.json` and `report.html`.

    Args:
        run: where they are written.
        answers: what is judged.
        further: keys to be added to the part's entry.

    Returns:
        The part's entry.
    """
    measured = measure(answers) if answers.context.part in PARTS else {}
    plain = evaluate_predictions(answers.predictions, answers.groups, answers.context)
    result = {**plain, **measured, **(further or {})}
    save_evaluation(run.evaluation_file, run.record()["name"], result)
    report_answers(answers, result, run.report_file)
    return result


def _differences(first: RunSource, other: RunSource, part: str) -> list[tuple[str, bool]]:
    if first.manifest.sha256 != other.manifest.sha256:
        return [("images", True)]
    return [
        ("classes", first.class_names != other.class_names or first.malignant != other.malignant),
        ("splits", first.split.origin != other.split.origin),
        (f"images in the part {part}", first.image_ids(part) != other.image_ids(part)),
    ]
