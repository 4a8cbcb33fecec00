"""The JSON of one evaluated part in, the sentences that a reader should take away out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lentigo.report.numbers import IntervalJson, is_defined, range_text, value_text

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


def main_figures(evaluation: Mapping[str, Any]) -> list[MainFigure]:
    """The figures at the top of the page, in order."""
    binary = malignant_metrics(evaluation)
    metrics = evaluation.get("metrics") or {}
    num_classes = len(evaluation["class_names"])
    return [
        MainFigure("Balanced accuracy", metrics.get("balanced_accuracy"), f"mean over {num_classes} classes"),
        MainFigure("Malignant versus benign", binary.get("roc_auc"), "area under the ROC curve"),
        MainFigure("Sensitivity", binary.get("sensitivity"), "share of malignant images recognised"),
        MainFigure("Specificity", binary.get("specificity"), "share of benign images recognised"),
    ]


def malignant_metrics(evaluation: Mapping[str, Any]) -> Mapping[str, Any]:
    """Figures of malignant against benign; empty where the classes do not divide so."""
    found = (evaluation.get("malignant_vs_benign") or {}).get("metrics") or {}
    return dict(found)


def verdict(evaluation: Mapping[str, Any]) -> Verdict:
    """Whether the model is shown to be better than every baseline, said in plain words.

    The lower end of the model's interval is compared with the value of the best baseline.
    """
    if evaluation.get("leaked"):
        return Verdict(
            "bad",
            "These figures are worthless as evidence: the data leaked.",
            "The model was trained on some of these images, or on images of the same lesion or patient. "
            "The figures say nothing about lesions it has never seen.",
        )
    model = (evaluation.get("metrics") or {}).get("balanced_accuracy") or {}
    if not (is_defined(model.get("value")) and is_defined(model.get("low"))):
        return Verdict(
            "unclear",
            "Nothing can be said: the balanced accuracy is undefined.",
            "It needs images of more than one class, and enough groups for an interval.",
        )
    best = best_baseline(evaluation)
    if best is None:
        return Verdict(
            "unclear",
            "No baseline was evaluated, so the figures stand without a comparison.",
            "Run the evaluation with baselines to learn what a far simpler method reaches here.",
        )
    return _compared(model, *best)


def best_baseline(evaluation: Mapping[str, Any]) -> tuple[str, IntervalJson] | None:
    """Title and balanced accuracy of the strongest baseline; None if there is none."""
    rows = [
        (str(baseline.get("title") or name), (baseline.get("metrics") or {}).get("balanced_accuracy") or {})
        for name, baseline in (evaluation.get("baselines") or {}).items()
    ]
    defined = [row for row in rows if is_defined(row[1].get("value"))]
    return max(defined, key=lambda row: float(row[1]["value"]), default=None)


def _compared(model: IntervalJson, title: str, baseline: IntervalJson) -> Verdict:
    opponent = f"the best baseline, {title}, reaches {value_text(baseline)} ({range_text(baseline)})"
    measured = f"The balanced accuracy is {value_text(model)}, its 95 % interval {range_text(model)}"
    if model["low"] > baseline["value"]:
        return Verdict(
            "good",
            "Better than every baseline.",
            f"{measured}. Even its lower end lies above the baselines: {opponent}.",
        )
    if model["value"] > baseline["value"]:
        return Verdict(
            "unclear",
            "Not shown to be better than the baselines.",
            f"{measured}. Its lower end does not lie above them: {opponent}. "
            "More images, or a better model, are needed to tell the two apart.",
        )
    return Verdict("bad", "No better than a baseline.", f"{measured}; {opponent}.")
