"""The verbs of judging: evaluate, explain, score, submit, forensics, export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lentigo import api
from lentigo.api.challenges.scoring import ScoreOptions
from lentigo.api.challenges.scoring import score as score_submission
from lentigo.api.challenges.submitting import submit as write_submission
from lentigo.api.evaluating.external import ExternalOptions
from lentigo.api.evaluating.external import evaluate_external as validate_externally
from lentigo.data.manifest import Manifest
from lentigo.evaluation.forensics.investigation import investigate
from lentigo.evaluation.forensics.reported import class_counts_of, parse_matrix, parse_pair
from lentigo.notebook import screen
from lentigo.notebook.results import Evaluation, Explanation
from lentigo.notebook.shown import Result
from lentigo.notebook.verb import options_of, verb
from lentigo.settings.run import RunDirectory
from lentigo.web import runtime

Place = str | Path


class Exported(Result):
    """What an export says of itself."""

    title = "Bundle"


def _evaluate_external(
    run: RunDirectory | Place, manifest: Manifest | Place, *, progress: Any = None, **options: Any
) -> dict[str, Any]:
    """Predict all images of another manifest and compare them with their truth; see `evaluate_external`.

    Args:
        run: a finished run.
        manifest: the other images.
        progress: called with (done, total) images.
        options: fields of `ExternalOptions`: class_map, trained_on, allow_leak, name, prior, with_baselines.
    """
    return validate_externally(run, manifest, options_of(ExternalOptions, options), progress)


def fetch_runtime(out: Place | None = None) -> Path:
    """Have npm fetch onnxruntime-web, which `export_web` needs; returns its folder. It uses the network."""
    return runtime.fetch(None if out is None else Path(out))


def _score(submission: Place, truth: Place, **options: Any) -> dict[str, Any]:
    """Score a submission by the official rules of ISIC 2018 and 2019.

    Args:
        submission: a CSV: image, then one column a category.
        truth: the ground truth, one-hot.
        options: fields of `ScoreOptions`: run, manifest, metadata, exclude, class_map, allow_leak.
    """
    return score_submission(submission, truth, options_of(ScoreOptions, options))


def _forensics(
    dataset: str = "isic2019",
    *,
    classes: str = "",
    matrix: Sequence[str] = (),
    pair: Sequence[str] = (),
    same_weights: bool = False,
) -> dict[str, Any]:
    """What printed figures say about how the data behind them were divided.

    Args:
        dataset: whose classes: isic2018, isic2019, isic2020 or ham10000.
        classes: of any other data: `benign=900,malignant=100`.
        matrix: confusion matrices, each row by row, rows = truth: `2667,142,228,1184`.
        pair: images and accuracy on a first and on a second set, each `4221:0.9064,2816:98.33%`.
        same_weights: both figures of each pair come from the same network.
    """
    counts = class_counts_of(dataset, classes)
    matrices, pairs = [parse_matrix(text) for text in matrix], [parse_pair(text) for text in pair]
    return {"dataset": "" if classes else dataset, **investigate(counts, matrices, pairs, same_weights)}


evaluate = verb(api.evaluate, Evaluation, screen.steps("evaluating"))
evaluate_answers = verb(api.evaluate_answers, Evaluation)
evaluate_external = verb(_evaluate_external, Evaluation, screen.steps("evaluating"))
explain = verb(api.explain, Explanation, screen.steps("explaining"))
check_saliency = verb(api.check_saliency, Result)
export = verb(api.export, Exported)
export_web = verb(api.export_web, Exported)
score = verb(_score, Result)
submit = verb(write_submission, Result, screen.steps("answering"))
forensics = verb(_forensics, Result)
