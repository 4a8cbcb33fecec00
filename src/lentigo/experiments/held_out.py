"""Runs in; their answers on images that they have not learnt, guarded and side by side, out.

A run, an ensemble and a cross-validation are all taken alike: of the last, `out-of-fold` is a part as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.answers import EvaluatedPart
from lentigo.api.answers.runs.parts import answers_of, groups_of, log_look
from lentigo.api.evaluating.evaluation import linked_rows
from lentigo.api.judging.examples import report_part
from lentigo.api.measures.measures import measure
from lentigo.api.training import open_data
from lentigo.data.manifest import Manifest
from lentigo.data.split import PARTS, Split
from lentigo.evaluation.evaluate import Context, evaluate_predictions, save_evaluation
from lentigo.evaluation.intervals.sample import Sample, sample
from lentigo.evaluation.leak import check_no_leak
from lentigo.evaluation.predictions import Predictions
from lentigo.settings.errors import RunError
from lentigo.settings.members import OUT_OF_FOLD, is_cross_validated
from lentigo.settings.run import RunDirectory


@dataclass(frozen=True)
class OpenedRun:
    """A finished run, an ensemble or a cross-validation, with its images and how they were divided."""

    run: RunDirectory
    manifest: Manifest
    split: Split

    @cached_property
    def class_names(self) -> tuple[str, ...]:
        """Its outputs in order."""
        return tuple(self.run.record()["class_names"])

    @cached_property
    def malignant(self) -> tuple[str, ...]:
        """The diagnoses that it counts as malignant."""
        return tuple(self.run.record()["malignant"])

    def image_ids(self, part: str) -> set[str]:
        """The images of a part."""
        folded = self.split.folds(self.manifest) >= 0
        rows = np.flatnonzero(folded) if part == OUT_OF_FOLD else self.split.rows(self.manifest, part)
        return set(self.manifest.table["image_id"].iloc[rows])

    def default_part(self) -> str:
        """What it is judged by unless something else is asked for."""
        return OUT_OF_FOLD if is_cross_validated(self.run) else "validation"


@dataclass(frozen=True)
class HeldOut:
    """What a run says of a part that it has not learnt."""

    opened: OpenedRun
    predictions: Predictions
    leaked: bool

    @cached_property
    def groups(self) -> NDArray[Any]:
        """(N,)."""
        return groups_of(self.opened.split, self.predictions)

    @cached_property
    def sample(self) -> Sample:
        """Truth, probabilities and groups."""
        return sample(self.predictions.truth_indices(), self.predictions.probabilities, self.groups)


def open_run(path: str | Path, manifest: str | Path | None = None) -> OpenedRun:
    """Open a finished run with its data; `manifest` says where that lies now, if it has moved."""
    run = RunDirectory.existing(path)
    return OpenedRun(run, *open_data(run, manifest))


def check_alike(runs: Sequence[OpenedRun], part: str) -> None:
    """Stop unless runs can be judged side by side on one part.

    Raises:
        RunError: one is given twice, or they differ in images, split, classes, or images of the part.
    """
    first = runs[0]
    places = [opened.run.path.resolve() for opened in runs]
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


def hold_out(opened: OpenedRun, part: str, allow_leak: bool = False) -> HeldOut:
    """Let a run answer a part, after the guard; a look at the test part is logged in the run.

    The answers are put in manifest order, so that those of several runs are side by side.

    Raises:
        LeakError: an image of the part, or its group, was learnt by whoever answers it.
        SplitError: the part is empty.
    """
    leaked = has_leak(opened.manifest, opened.split, part, allow_leak)
    log_look(opened.run, part)
    found = answers_of(opened.run, opened.manifest, opened.split, part)
    place = {image_id: row for row, image_id in enumerate(opened.manifest.table["image_id"])}
    order = np.argsort([place[image_id] for image_id in found.image_ids.tolist()], kind="stable")
    return HeldOut(opened, found.chosen(order), leaked)


def evaluate_held_out(held: HeldOut, part: str, further: dict[str, Any] | None = None) -> dict[str, Any]:
    """The figures of answers as they are, written into the run's `evaluation.json` and `report.html`.

    Args:
        held: the answers.
        part: what they are of.
        further: keys to be added to the part's entry.

    Returns:
        The part's entry.
    """
    opened, run = held.opened, held.opened.run
    context = Context(part, opened.split.hash, opened.malignant, held.leaked)
    evaluated = EvaluatedPart(run, opened.manifest, opened.split, held.predictions, context)
    measured = measure(evaluated) if part in PARTS else {}
    plain = evaluate_predictions(held.predictions, held.groups, context)
    result = {**plain, **measured, **(further or {})}
    save_evaluation(run.evaluation_file, run.record()["name"], result)
    report_part(run, opened.manifest, opened.split, held.predictions, result)
    return result


def has_leak(manifest: Manifest, split: Split, part: str, allow_leak: bool = False) -> bool:
    """Whether the part is known from training; of `out-of-fold` each fold is looked up in the others.

    Raises:
        LeakError: it is, and `allow_leak` is not given.
    """
    folds = [split.for_fold(fold) for fold in range(split.num_folds)] if part == OUT_OF_FOLD else [split]
    looked_at = "validation" if part == OUT_OF_FOLD else part
    found = [
        check_no_leak(linked_rows(manifest, one, looked_at), linked_rows(manifest, one, "train"), allow_leak)
        for one in folds
    ]
    return any(found)


def _differences(first: OpenedRun, other: OpenedRun, part: str) -> list[tuple[str, bool]]:
    if first.manifest.sha256 != other.manifest.sha256:
        return [("images", True)]
    return [
        ("classes", first.class_names != other.class_names or first.malignant != other.malignant),
        ("splits", first.split.origin != other.split.origin),
        (f"images in the part {part}", first.image_ids(part) != other.image_ids(part)),
    ]
