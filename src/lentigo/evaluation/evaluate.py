"""Predictions and groups in, the JSON of one part out: every figure with its interval, images and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lentigo.evaluation.baselines import BASELINES
from lentigo.evaluation.curves import answer_claims, class_curves, malignant_claims, reliability, roc_points
from lentigo.evaluation.intervals.bootstrap import Resampling, metric_interval, paired_difference
from lentigo.evaluation.intervals.intervals import METHOD
from lentigo.evaluation.intervals.sample import Groups, Sample, malignant_names, malignant_sample
from lentigo.evaluation.metrics import FEW_GROUPS, tied_rows
from lentigo.evaluation.predictions import Predictions
from lentigo.evaluation.scores import (
    MALIGNANT,
    Json,
    class_weighted,
    headline,
    malignant_class_weighted,
    malignant_metrics,
    per_class,
    score,
)
from lentigo.settings.errors import DataError
from lentigo.settings.reading import Document
from lentigo.settings.run import NOTICE
from lentigo.settings.sealing import read_sealed, write_sealed

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Context:
    """What the figures of one part have to say about where they come from."""

    part: str
    split_hash: str
    malignant: tuple[str, ...] = ()
    """Names of the malignant classes; not needed where the classes are called benign and malignant."""
    leaked: bool = False
    resampling: Resampling = field(default_factory=Resampling)


def evaluate_predictions(
    predictions: Predictions,
    groups: ArrayLike,
    context: Context,
    baselines: Mapping[str, ArrayLike] | None = None,
) -> Json:
    """Compute everything that is said about one part.

    Args:
        predictions: N images, each with a truth.
        groups: (N,) group ids in the order of `predictions`.
        context: part, split and the grouping into malignant and benign.
        baselines: probabilities (N, K) by the names of `BASELINES`, in the same order.

    Returns:
        a dict that JSON can hold: None stands for "undefined". `n` of a figure counts the images that it
        rests on: those of the class for a recall, those answered so for a precision.

    Raises:
        TableError: an image's truth is not one of the classes.
        DataError: there is no image, or arrays do not fit together.
    """
    sample = Sample(predictions.truth_indices(), predictions.probabilities, Groups.of(groups))
    scored = score(sample, context.resampling)
    names = predictions.class_names
    return {
        **_facts(sample, predictions, context),
        "metrics": headline(scored),
        "class_weighted": class_weighted(scored),
        "per_class": per_class(scored, names),
        "confusion_matrix": sample.confusion.tolist(),
        "malignant_vs_benign": _malignant_vs_benign(sample, names, context),
        "curves": {**class_curves(sample, names), **reliability(answer_claims(sample), context.resampling)},
        "baselines": {
            name: _baseline(name, sample, np.asarray(answers, dtype=np.float64), (names, context))
            for name, answers in (baselines or {}).items()
        },
    }


def save_evaluation(path: Path, run: str, result: Json) -> Json:
    """Put the result of one part into `evaluation.json`; other parts that it holds are kept.

    Args:
        path: the file.
        run: name of the run.
        result: what `evaluate_predictions` returned.

    Returns:
        the whole document.
    """
    parts = evaluated_parts(path)
    document = {
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "run": run,
        "parts": {**parts, result["part"]: result},
    }
    write_sealed(path, document)
    return document


def evaluated_parts(path: Path) -> dict[str, Json]:
    """What `evaluation.json` says, by part; nothing where there is none.

    Raises:
        FileError: the file is damaged or was changed.
    """
    if not path.exists():
        return {}
    document = Document(path, remedy="delete it, and `lentigo evaluate` will make it again")
    with document.understood():
        return {str(part): dict(entry) for part, entry in read_sealed(path, document)["parts"].items()}


def _facts(sample: Sample, predictions: Predictions, context: Context) -> Json:
    names = predictions.class_names
    present = set(sample.truth.tolist())
    return {
        "part": context.part,
        "n_images": sample.num_images,
        "n_groups": sample.groups.num_groups,
        "split_hash": context.split_hash,
        "class_names": list(names),
        "absent_classes": [name for index, name in enumerate(names) if index not in present],
        "classes_of_few_groups": _few_groups(sample, names),
        "leaked": context.leaked,
        "ties": int(tied_rows(sample.probabilities).sum()),
        "intervals": {
            "level": 0.95,
            "method": METHOD,
            **asdict(context.resampling),
        },
    }


def _few_groups(sample: Sample, names: tuple[str, ...]) -> dict[str, int]:
    """Groups of each class that has some, but fewer than `FEW_GROUPS`."""
    counts = {name: sample.groups.among(sample.truth == index) for index, name in enumerate(names)}
    return {name: count for name, count in counts.items() if 0 < count < FEW_GROUPS}


def _malignant_vs_benign(sample: Sample, names: tuple[str, ...], context: Context) -> Json | None:
    folded = malignant_sample(sample, names, context.malignant)
    if folded is None:
        return None
    scored = score(folded, context.resampling)
    return {
        "malignant": list(malignant_names(names, context.malignant)),
        "threshold": 0.5,
        "metrics": malignant_metrics(scored),
        "class_weighted": malignant_class_weighted(scored),
        "confusion_matrix": folded.confusion.tolist(),
        "roc": roc_points(folded.truth == MALIGNANT, folded.probabilities[:, MALIGNANT]),
        **reliability(malignant_claims(folded), context.resampling),
    }


def _baseline(name: str, model: Sample, answers: Any, about: tuple[tuple[str, ...], Context]) -> Json:
    """A baseline's figures, and how much better than it the model is."""
    if answers.shape != model.probabilities.shape:
        raise DataError(
            f"baseline {name}: probabilities of shape {answers.shape}, not {model.probabilities.shape}"
        )
    names, context = about
    sample = Sample(model.truth, answers, model.groups)
    folded = malignant_sample(sample, names, context.malignant)
    metrics = {
        metric: metric_interval(sample, metric, context.resampling).as_json()
        for metric in ("balanced_accuracy", "accuracy")
    }
    area = folded and metric_interval(folded, "roc_auc", context.resampling).as_json()
    better = paired_difference(model, sample, "balanced_accuracy", context.resampling)
    return {
        "title": BASELINES[name].title if name in BASELINES else name,
        "metrics": {**metrics, "malignant_roc_auc": area},
        "model_minus_baseline": {"balanced_accuracy": better.as_json()},
    }
