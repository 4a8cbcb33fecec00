"""All figures, pictures and facts of a run in, `report.html` out: one file that needs nothing else.

The page holds no script and asks for nothing over the network (its own Content-Security-Policy forbids both),
and every text in it is escaped, so that names from strangers stay names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.evaluation.metrics import CLASS_METRICS, few_groups_warning, metric_title
from lentigo.explanation.overlay import heat_bar, overlay
from lentigo.report.drawing import numbers
from lentigo.report.drawing.html import page_environment, page_style
from lentigo.report.drawing.images import jpeg_uri, png_uri
from lentigo.report.drawing.learning import stage_starts
from lentigo.report.pages import pictures
from lentigo.report.sections.provenance import malignant_classes, provenance
from lentigo.report.sections.sections import filled_sections
from lentigo.report.sections.verdict import all_figures, main_figures, verdict
from lentigo.settings.files import write_text

TILE_SIDE = 224
MISSED_SIDE = 96


@dataclass(frozen=True)
class Sample:
    """One image of the evaluated part and what the model made of it."""

    image_id: str
    image: NDArray[np.uint8]
    """uint8 (H, W, 3), as the network took it."""
    saliency: NDArray[np.float32] | None
    """(H, W) in [0, 1], for the predicted class; None shows the image alone."""
    truth: str
    predicted: str
    probability: float
    """Of the predicted class."""


@dataclass(frozen=True)
class Missed:
    """One image that was answered wrongly, small."""

    image_id: str
    probability: float
    """Of the class it was taken for."""
    picture: str
    """A data URI from `missed_picture`; empty where the image is not at hand."""


@dataclass(frozen=True)
class Confusion:
    """A cell of the confusion matrix beside the diagonal: all images of one class taken for another."""

    truth: str
    predicted: str
    images: Sequence[Missed]
    """The most confident first."""


@dataclass(frozen=True)
class PartFacts:
    """What one part of the split holds."""

    part: str
    n_images: int
    n_groups: int
    class_counts: Mapping[str, int]
    """class name -> images."""


@dataclass(frozen=True)
class ReportInput:
    """Everything a report shows. Missing keys of the dictionaries show as "undefined"."""

    record: Mapping[str, Any]
    """`run.json`."""
    recipe_text: str
    """The resolved recipe, TOML."""
    history: Sequence[Mapping[str, Any]]
    """`history.jsonl`: one row an epoch."""
    evaluation: Mapping[str, Any]
    """One part of `evaluation.json`; `class_names` and `confusion_matrix` must be there."""
    parts: Sequence[PartFacts] = ()
    """In the order train, validation, test."""
    groups_on_two_sides: int | None = None
    """Groups with images in more than one part, counted anew; None is undefined."""
    samples: Sequence[Sample] = ()
    """Examples to show, grouped on the page by their truth."""
    errors: Sequence[Sample] = ()
    """The most confident errors, worst first."""
    confusions: Sequence[Confusion] = ()
    """Every wrong answer, the largest cells first."""
    commands: Sequence[str] = ()
    """Exact commands to get this page again; by default the one that the record holds."""
    subtitle: Mapping[str, str] = field(default_factory=dict)
    """Further short facts for the head of the page, name -> value."""
    warning: str = ""
    """What has to be said of the model before anything else; see `drawn_warning`."""


def write_report(path: Path, report: ReportInput) -> Path:
    """Write the page to `path`, atomically; returns `path`."""
    write_text(Path(path), render_report(report))
    return Path(path)


def render_report(report: ReportInput) -> str:
    """The page as text."""
    return page_environment().get_template("report.html.j2").render(_context(report))


def missed_picture(image: NDArray[np.uint8], is_leaked: bool) -> str:
    """An image (H, W, 3) as it stands among the wrong answers of its cell."""
    return jpeg_uri(image, MISSED_SIDE, is_leaked)


def _context(report: ReportInput) -> dict[str, Any]:
    evaluation = report.evaluation
    leaked = pictures.is_leaked(evaluation)
    class_names = list(evaluation["class_names"])
    return {
        "report": report,
        "record": report.record,
        "evaluation": evaluation,
        "is_leaked": leaked,
        "class_names": class_names,
        "verdict": verdict(evaluation),
        "main_figures": main_figures(evaluation),
        "all_figures": all_figures(evaluation),
        "few_groups": few_groups_warning(evaluation),
        "class_metrics": {name: metric_title(name) for name in (*CLASS_METRICS, "roc_auc")},
        "sections": filled_sections(evaluation),
        "heat_bar": png_uri(heat_bar()),
        "examples": _examples(report, class_names, leaked),
        "errors": [_tile(sample, leaked) for sample in report.errors],
        "has_some_pictures": _has_some_pictures(report.confusions),
        "stages": stage_starts(report.history),
        "malignant": malignant_classes(report.record, evaluation),
        "class_totals": _class_totals(report.parts),
        "provenance": provenance(report.record, evaluation),
        "commands": list(report.commands) or [report.record.get("command") or numbers.UNDEFINED],
        "css": page_style(),
        **_pictures(report, leaked),
    }


def _pictures(report: ReportInput, leaked: bool) -> dict[str, Any]:
    evaluation = report.evaluation
    counts = {part.part: part.class_counts for part in report.parts}
    return {
        "baseline_pictures": pictures.baseline_pictures(evaluation),
        "counts_picture": pictures.counts_picture(counts, list(_class_totals(report.parts)), leaked)
        if counts
        else None,
        "confusion_picture": pictures.confusion_picture(evaluation),
        "class_pictures": pictures.class_pictures(evaluation),
        "roc_picture": pictures.roc_picture(evaluation),
        "precision_recall_picture": pictures.precision_recall_picture(evaluation),
        "reliabilities": [] if evaluation.get("calibration") else pictures.reliability_pictures(evaluation),
        "learning_pictures": pictures.learning_pictures(report.history, leaked),
    }


def _has_some_pictures(confusions: Sequence[Confusion]) -> bool:
    """Whether some wrong answers have a picture and others have none."""
    there = {bool(image.picture) for cell in confusions for image in cell.images}
    return len(there) == 2


def _class_totals(parts: Sequence[PartFacts]) -> dict[str, int]:
    """Images by class over all parts: the classes of the data, which a binary task folds into two."""
    names = dict.fromkeys(name for part in parts for name in part.class_counts)
    return {name: sum(part.class_counts.get(name, 0) for part in parts) for name in names}


def _examples(report: ReportInput, class_names: Sequence[str], leaked: bool) -> list[tuple[str, list[Any]]]:
    """(class name, tiles) for every class that has samples, in the order of the classes."""
    by_class: dict[str, list[Any]] = {name: [] for name in class_names}
    for sample in report.samples:
        by_class.setdefault(sample.truth, []).append(_tile(sample, leaked))
    return [(name, tiles) for name, tiles in by_class.items() if tiles]


def _tile(sample: Sample, leaked: bool) -> dict[str, Any]:
    over = None if sample.saliency is None else overlay(sample.image, sample.saliency)
    return {
        "sample": sample,
        "image": jpeg_uri(sample.image, TILE_SIDE, leaked),
        "overlay": None if over is None else jpeg_uri(over, TILE_SIDE, leaked),
        "is_right": sample.truth == sample.predicted,
    }
