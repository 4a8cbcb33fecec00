"""The JSON of one evaluated part in, the sentences that a reader should take away out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lentigo.evaluation.metrics import OF_MALIGNANT, told_figures
from lentigo.report.drawing.numbers import IntervalJson, count_text, is_defined, range_text, value_text

Mark = Literal["good", "unclear", "bad"]


@dataclass(frozen=True)
class Verdict:
    """One plain sentence or two, and how they sound."""

    mark: Mark
    headline: str
    text: str


@dataclass(frozen=True)
class MainFigure:
    """One figure of the strip at the top."""

    title: str
    interval: IntervalJson | None
    note: str
    basis: str
    """What it rests on: images and groups."""


def main_figures(evaluation: Mapping[str, Any]) -> list[MainFigure]:
    """The figures at the top of the page, in order."""
    binary = malignant_metrics(evaluation)
    metrics = evaluation.get("metrics") or {}
    num_classes = len(evaluation["class_names"]) - len(evaluation.get("absent_classes") or [])
    classes = "class" if num_classes == 1 else "classes"
    rows = [
        ("Balanced accuracy", metrics.get("balanced_accuracy"), f"mean over {num_classes} {classes}"),
        ("Malignant versus benign", binary.get("roc_auc"), "area under the ROC curve"),
        ("Sensitivity", binary.get("sensitivity"), "malignant images recognised"),
        ("Specificity", binary.get("specificity"), "benign images recognised"),
    ]
    return [MainFigure(title, interval, note, _basis(interval)) for title, interval, note in rows]


def all_figures(evaluation: Mapping[str, Any]) -> list[tuple[str, IntervalJson | None]]:
    """Title and interval of every metric, of all classes and then of malignant against benign."""
    binary, mark = malignant_metrics(evaluation), "LEAKED " if evaluation.get("leaked") else ""
    folded = told_figures(binary, OF_MALIGNANT) if binary else []
    rows = told_figures(evaluation.get("metrics"))
    rows += [(f"malignant versus benign: {title}", interval) for title, interval in folded]
    return [(f"{mark}{title}", interval) for title, interval in rows]


def _basis(interval: IntervalJson | None) -> str:
    images, groups = ((interval or {}).get(key) for key in ("n", "n_groups"))
    return f"{count_text(images)} images, {count_text(groups)} groups" if is_defined(images) else ""


def malignant_metrics(evaluation: Mapping[str, Any]) -> Mapping[str, Any]:
    """Figures of malignant against benign; empty where the classes do not divide so."""
    found = (evaluation.get("malignant_vs_benign") or {}).get("metrics") or {}
    return dict(found)


def verdict(evaluation: Mapping[str, Any]) -> Verdict:
    """Whether the model is shown to be better than every baseline, said in plain words.

    Where the evaluation holds paired differences (model minus baseline on the same resampled images), these
    decide: every one must be above 0 with its whole interval. Otherwise the lower end of the model's interval
    must lie above every baseline's value, which asks for more.
    """
    if evaluation.get("leaked"):
        return Verdict(
            "bad",
            "These figures are no evidence: the data leaked.",
            "The model was trained on some of these images, or on images of the same lesion or patient. "
            "The figures say nothing about lesions it has never seen.",
        )
    model = (evaluation.get("metrics") or {}).get("balanced_accuracy") or {}
    if not (is_defined(model.get("value")) and is_defined(model.get("low"))):
        return Verdict(
            "unclear",
            "Nothing can be said: the balanced accuracy or its interval is undefined.",
            "It needs images of more than one class, and enough groups for an interval.",
        )
    baselines = _baselines(evaluation)
    if not baselines:
        return Verdict(
            "unclear",
            "No baseline was evaluated, so the figures stand without a comparison.",
            "Evaluate with baselines to learn what a far simpler method reaches on the same images.",
        )
    return _compared(model, baselines)


@dataclass(frozen=True)
class _Baseline:
    """A baseline's title, its balanced accuracy, and by how much the model is better (None: not computed)."""

    title: str
    figure: IntervalJson
    difference: IntervalJson | None

    def is_beaten_by(self, model: IntervalJson) -> bool:
        if self.difference is not None:
            low = self.difference.get("low")
            return is_defined(low) and low > 0
        return bool(model["low"] > self.figure["value"])


def _baselines(evaluation: Mapping[str, Any]) -> list[_Baseline]:
    """Baselines whose balanced accuracy is defined."""
    found = [
        _Baseline(
            str(baseline.get("title") or name),
            (baseline.get("metrics") or {}).get("balanced_accuracy") or {},
            (baseline.get("model_minus_baseline") or {}).get("balanced_accuracy"),
        )
        for name, baseline in (evaluation.get("baselines") or {}).items()
    ]
    return [baseline for baseline in found if is_defined(baseline.figure.get("value"))]


def _compared(model: IntervalJson, baselines: list[_Baseline]) -> Verdict:
    best = max(baselines, key=lambda baseline: float(baseline.figure["value"]))
    text = " ".join([_measured(model), _best(best), _lower_end(model, best), _paired(best)])
    if all(baseline.is_beaten_by(model) for baseline in baselines):
        return Verdict("good", "Better than every baseline.", text.strip())
    if model["value"] > best.figure["value"]:
        return Verdict("unclear", "Not shown to be better than every baseline.", text.strip())
    return Verdict("bad", "No better than a baseline.", text.strip())


def _measured(model: IntervalJson) -> str:
    return f"The balanced accuracy is {value_text(model)} (95 % interval {range_text(model)})."


def _best(best: _Baseline) -> str:
    reached = f"{value_text(best.figure)} ({range_text(best.figure)})"
    return f"The best baseline (“{best.title}”) reaches {reached}."


def _lower_end(model: IntervalJson, best: _Baseline) -> str:
    if model["low"] > best.figure["value"]:
        return "The lower end of the model's interval lies above all baselines."
    return "The lower end of the model's interval does not lie above all baselines."


def _paired(best: _Baseline) -> str:
    """The difference on the same images, which is the sharper comparison."""
    if best.difference is None or not is_defined(best.difference.get("value")):
        return ""
    value = best.difference["value"]
    direction = "ahead of it" if value >= 0 else "behind it"
    ends = range_text(best.difference).replace("-", "−")
    return f"On the same images the model is {abs(value):.3f} {direction} (difference {ends})."
