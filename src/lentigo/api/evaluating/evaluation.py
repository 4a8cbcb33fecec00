"""A finished run in; predictions, figures, baselines and the report of one part out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd

from lentigo.api.answers.baselines import measure_baselines
from lentigo.api.answers.answers import EvaluatedPart
from lentigo.api.answers.runs.fit import check_options
from lentigo.api.answers.runs.parts import answer_part, log_look
from lentigo.api.evaluating.checklist import write_checklists
from lentigo.api.judging.examples import report_part
from lentigo.api.measures.measures import measure
from lentigo.api.training import open_data
from lentigo.data.groups import group_ids
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.evaluation.calibration.prior_shift import TRAIN
from lentigo.evaluation.evaluate import Context, evaluate_predictions, save_evaluation
from lentigo.evaluation.leak import check_no_leak
from lentigo.settings.members import recipe_of
from lentigo.settings.run import RunDirectory

Progress = Callable[[int, int], None]

NUM_STEPS = 2
"""Predict, and compute; the report is drawn after the last."""


def evaluate(  # noqa: PLR0913 - options of one verb
    run: RunDirectory | str | Path,
    *,
    part: str = "validation",
    manifest: str | Path | None = None,
    with_baselines: bool = True,
    allow_leak: bool = False,
    prior: str = TRAIN,
    operating_points: Sequence[str] = (),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Predict one part and compare it with the truth.

    Writes `predictions.csv`, `evaluation.json`, `report.html` and `checklists.md` into the run; other parts
    already evaluated are kept. A look at the test part is logged in `run.json`.

    Args:
        run: a finished run, an ensemble or a cross-validation.
        part: `validation`, or on purpose `test`.
        manifest: where the manifest is now, if it has moved.
        with_baselines: also measure the simple baselines and the probes for shortcuts on the same images.
        allow_leak: go on although images or groups were trained on; stamps LEAKED.
        prior: mix of classes that decisions are measured for: `train`, `estimate`, or as `resolve_prior`.
        operating_points: rules for thresholds, that to decide by first; by default those of the last time.
        progress: called with (done, total) steps.

    Returns:
        The part's entry of `evaluation.json`, with `test_looks` (how often test has been looked at).

    Raises:
        LeakError: an evaluated image, or its group, was trained on.
        RunError, SplitError, SettingsError: the run, the part or an option cannot be used.
    """
    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    images, split = open_data(opened, manifest)
    step = _steps(progress)
    check_options(opened, prior, operating_points)
    leaked = check_no_leak(linked_rows(images, split, part), linked_rows(images, split, "train"), allow_leak)
    looks = log_look(opened, part)
    predictions = answer_part(opened, images, split, part)
    step()
    context = Context(part, split.hash, tuple(opened.record()["malignant"]), leaked)
    asked = (not with_baselines, prior, tuple(operating_points))
    result = _save(EvaluatedPart(opened, images, split, predictions, context, *asked), step)
    return {**result, "test_looks": looks}


def _save(of: EvaluatedPart, step: Callable[[], None]) -> dict[str, Any]:
    """Compute all figures; write them, the report and the checklists into the run."""
    result = _figures(of)
    save_evaluation(of.run.evaluation_file, of.run.record()["name"], result)
    step()
    report_part(of.run, of.manifest, of.split, of.predictions, result)
    write_checklists(of.run, of.manifest, of.split)
    return result


def _figures(of: EvaluatedPart) -> dict[str, Any]:
    recipe, part = recipe_of(of.run), of.context.part
    baselines = {} if of.is_brief else measure_baselines(recipe, of.manifest, of.split, part)
    return evaluate_predictions(of.predictions, of.groups, of.context, baselines) | measure(of)


def linked_rows(manifest: Manifest, split: Split, part: str) -> pd.DataFrame:
    """The images of one part with everything by which they could be known from training.

    Groups are computed afresh: the manifest may know links that it did not know when the split was made.
    """
    linked = manifest.table[["image_id", "sha256", "lesion_id", "patient_id"]]
    return linked.assign(group=group_ids(manifest.table)).iloc[split.rows(manifest, part)]


def _steps(progress: Progress | None) -> Callable[[], None]:
    """A function that tells `progress` of one more step each time it is called."""
    counts = count(1)

    def step() -> None:
        done = next(counts)
        if progress:
            progress(done, NUM_STEPS)

    return step
