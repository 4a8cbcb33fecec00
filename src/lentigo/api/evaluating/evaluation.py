"""A finished run in; predictions, figures, baselines and the report of one part out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.leak_guard import has_leak
from lentigo.api.answers.runs.fit import check_options
from lentigo.api.answers.runs.parts import answer_part, log_look
from lentigo.api.answers.runs.source import RunSource, open_run
from lentigo.api.answers.source import Asked
from lentigo.api.evaluating.checklist import write_checklists
from lentigo.api.judging.figures import figures
from lentigo.api.judging.reporting import report_answers
from lentigo.evaluation.calibration.prior_shift import TRAIN
from lentigo.evaluation.evaluate import save_evaluation
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
    source, step = open_run(run, manifest), _steps(progress)
    check_options(source.run, prior, operating_points)
    leaked = has_leak(source.manifest, source.split, part, allow_leak)
    looks = log_look(source.run, part)
    predictions = answer_part(source.run, source.manifest, source.split, part)
    step()
    asked = Asked(not with_baselines, prior, tuple(operating_points))
    result = _save(source, source.answers(predictions, part, leaked, asked), step)
    return {**result, "test_looks": looks}


def _save(source: RunSource, answers: Answers, step: Callable[[], None]) -> dict[str, Any]:
    """Compute all figures; write them, the report and the checklists into the run."""
    result = figures(answers)
    save_evaluation(source.run.evaluation_file, source.named()["name"], result)
    step()
    report_answers(answers, result, source.run.report_file)
    write_checklists(source.run, source.manifest, source.split)
    return result


def _steps(progress: Progress | None) -> Callable[[], None]:
    """A function that tells `progress` of one more step each time it is called."""
    counts = count(1)

    def step() -> None:
        done = next(counts)
        if progress:
            progress(done, NUM_STEPS)

    return step
