"""The JSON of one part and a history in, pictures of the report out: what to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from lentigo.data.taxonomy import colour_of, full_name
from lentigo.report.drawing.confusion import confusion_size, paint_confusion
from lentigo.report.drawing.curves import Panel, paint_panels, panels_size
from lentigo.report.drawing.describe import Counts, counts_size, paint_counts
from lentigo.report.drawing.dots import DotRow, dots_height, paint_dots
from lentigo.report.drawing.figures import Picture, draw
from lentigo.report.drawing.learning import LEARNING_SIZE, paint_learning
from lentigo.report.drawing.numbers import is_defined, value_text
from lentigo.report.drawing.reliability import RELIABILITY_SIZE, paint_reliability
from lentigo.report.sections.verdict import malignant_metrics

Evaluation = Mapping[str, Any]

DOTS_WIDTH = 440
LEARNING = (("loss", "Loss"), ("accuracy", "Accuracy"), ("balanced_accuracy", "Balanced accuracy"))


def baseline_pictures(evaluation: Evaluation) -> list[tuple[str, Picture]]:
    """Titles and pictures of the model among the baselines, in both main figures."""
    chance = 1 / max(1, len(evaluation["class_names"]))
    metrics = evaluation.get("metrics") or {}
    own = malignant_metrics(evaluation).get("roc_auc")
    return [
        (
            "Balanced accuracy",
            _baselines(evaluation, metrics.get("balanced_accuracy"), "balanced_accuracy", chance),
        ),
        ("Malignant versus benign, ROC AUC", _baselines(evaluation, own, "malignant_roc_auc", 0.5)),
    ]


def _baselines(evaluation: Evaluation, own: Any, metric: str, chance: float) -> Picture:
    rows = [DotRow("this model", own, "accent", is_main=True)]
    for name, baseline in (evaluation.get("baselines") or {}).items():
        figure = (baseline.get("metrics") or {}).get(metric)
        rows.append(DotRow(str(baseline.get("title") or name), figure))
    painter = partial(paint_dots, rows=rows, reference=(chance, "chance"))
    words = "; ".join(f"{row.label} {value_text(row.interval)}" for row in rows)
    size = (DOTS_WIDTH, dots_height(len(rows)))
    return draw(painter, size, f"{metric} of the model and of the baselines: {words}", is_leaked(evaluation))


def class_pictures(evaluation: Evaluation) -> list[tuple[str, Picture]]:
    """Titles and pictures of sensitivity and precision by class."""
    return [
        ("Sensitivity", _by_class(evaluation, "recall")),
        ("Precision", _by_class(evaluation, "precision")),
    ]


def _by_class(evaluation: Evaluation, metric: str) -> Picture:
    per_class = evaluation.get("per_class") or {}
    rows = [
        DotRow(full_name(name), (per_class.get(name) or {}).get(metric), colour_of(name))
        for name in evaluation["class_names"]
    ]
    words = "; ".join(f"{row.label} {value_text(row.interval)}" for row in rows)
    size = (DOTS_WIDTH, dots_height(len(rows)))
    return draw(partial(paint_dots, rows=rows), size, f"{metric} by class: {words}", is_leaked(evaluation))


def confusion_picture(evaluation: Evaluation) -> Picture:
    """The confusion matrix."""
    names = evaluation["class_names"]
    painter = partial(paint_confusion, counts=evaluation["confusion_matrix"], class_names=names)
    words = "confusion matrix, rows are truth, columns predictions; the same numbers are in the table below"
    return draw(painter, confusion_size(len(names)), words, is_leaked(evaluation))


def counts_picture(counts: Counts, class_names: Sequence[str], leaked: bool) -> Picture:
    """Images by class and part."""
    painter = partial(paint_counts, counts=counts, class_names=class_names)
    return draw(painter, counts_size(len(class_names), 900), "number of images by class and part", leaked)


def roc_picture(evaluation: Evaluation) -> Picture:
    """ROC curves, one panel a class."""
    panels = [_roc_panel(evaluation, name) for name in evaluation["class_names"]]
    own = (evaluation.get("malignant_vs_benign") or {}).get("roc")
    if own and len(evaluation["class_names"]) > 2:
        note = f"AUC {value_text(malignant_metrics(evaluation).get('roc_auc'))}"
        panels.insert(0, Panel("malignant vs benign", own["fpr"], own["tpr"], "ink", note))
    painter = partial(paint_panels, panels=panels, labels=("1 − specificity", "sensitivity"))
    words = "ROC curves: " + "; ".join(f"{panel.title} {panel.note}" for panel in panels)
    return draw(painter, panels_size(len(panels)), words, is_leaked(evaluation))


def _roc_panel(evaluation: Evaluation, name: str) -> Panel:
    points = ((evaluation.get("curves") or {}).get("roc") or {}).get(name) or {}
    area = ((evaluation.get("per_class") or {}).get(name) or {}).get("roc_auc")
    return Panel(
        full_name(name), points.get("fpr"), points.get("tpr"), colour_of(name), f"AUC {value_text(area)}"
    )


def precision_recall_picture(evaluation: Evaluation) -> Picture:
    """Precision-recall curves, one panel a class."""
    panels = [_precision_recall_panel(evaluation, name) for name in evaluation["class_names"]]
    painter = partial(paint_panels, panels=panels, labels=("sensitivity (recall)", "precision"))
    words = "precision-recall curves: " + "; ".join(f"{panel.title}, {panel.note}" for panel in panels)
    return draw(painter, panels_size(len(panels)), words, is_leaked(evaluation))


def _precision_recall_panel(evaluation: Evaluation, name: str) -> Panel:
    points = ((evaluation.get("curves") or {}).get("precision_recall") or {}).get(name) or {}
    support = ((evaluation.get("per_class") or {}).get(name) or {}).get("support")
    num_images = evaluation.get("n_images")
    share = support / num_images if is_defined(support) and is_defined(num_images) and num_images else 0.0
    note = f"{100 * share:.1f} % of images"
    return Panel(full_name(name), points.get("recall"), points.get("precision"), colour_of(name), note, share)


@dataclass(frozen=True)
class Reliability:
    """One reliability picture with its title and its expected calibration error."""

    title: str
    picture: Picture
    error: Mapping[str, Any] | None


def reliability_pictures(evaluation: Evaluation) -> list[Reliability]:
    """Of the answer's confidence and of the malignant probability; those not evaluated are left out."""
    sources = [
        (
            "Is the answer right?",
            evaluation.get("curves"),
            ("confidence in the answer", "share that is right"),
        ),
        (
            "Is it malignant?",
            evaluation.get("malignant_vs_benign"),
            ("malignant probability", "share that is malignant"),
        ),
    ]
    found = []
    for title, source, labels in sources:
        bins = ((source or {}).get("reliability") or {}).get("bins")
        if source and bins:
            painter = partial(paint_reliability, bins=bins, labels=labels)
            words = f"{labels[1]} against {labels[0]}, in ten bins"
            picture = draw(painter, RELIABILITY_SIZE, words, is_leaked(evaluation))
            found.append(Reliability(title, picture, source.get("expected_calibration_error")))
    return found


def learning_pictures(history: Sequence[Mapping[str, Any]], leaked: bool) -> list[tuple[str, Picture]]:
    """Titles and pictures of the learning curves; those that the history does not hold are left out."""
    pictures = []
    for name, title in LEARNING:
        if any(is_defined(row.get(key)) for row in history for key in (name, f"val_{name}")):
            painter = partial(paint_learning, history=history, name=name)
            words = f"{title} over {len(history)} epochs, training and validation"
            pictures.append((title, draw(painter, LEARNING_SIZE, words, leaked)))
    return pictures


def is_leaked(evaluation: Evaluation) -> bool:
    """Whether truth was compared on images or groups seen in training."""
    return bool(evaluation.get("leaked"))
