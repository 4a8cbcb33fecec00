"""The JSON of one part in; what its sections on calibration, mix of classes and decisions show out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from lentigo.evaluation.decisions.promises import promise_words
from lentigo.report.drawing.figures import Picture, draw
from lentigo.report.drawing.numbers import is_defined, value_text
from lentigo.report.drawing.reliability import RELIABILITY_SIZE, paint_reliability
from lentigo.report.sections.decision_pictures import (
    BENEFIT_SIZE,
    ROC_SIZE,
    Marked,
    paint_benefit,
    paint_operating_points,
)

Evaluation = Mapping[str, Any]
Content = dict[str, Any]

METHODS = {
    "none": "no calibration",
    "temperature": "temperature scaling",
    "bias_corrected_temperature": "bias-corrected temperature scaling",
    "vector": "vector scaling",
}
CLAIMS = {
    "answers": ("Is the answer right?", ("confidence in the answer", "share that is right")),
    "malignant": ("Is it malignant?", ("malignant probability", "share that is malignant")),
}
ERRORS_OF = {"answers": "the answer", "malignant": "the malignant probability"}
STATES = {"before": "as the network says", "after": "calibrated"}
SCORES = {"log_loss": "log loss", "brier_score": "Brier score"}
ANSWER_SCORES = {
    **SCORES,
    "expected_calibration_error": "expected calibration error of the answer",
    "accuracy": "accuracy of the most probable class",
    "balanced_accuracy": "balanced accuracy of the most probable class",
}
ANSWERS = {
    "answered": "class that the network answers",
    "most_probable": "most probable class, calibrated",
    "cheapest": "class of least expected cost",
}


def calibration_content(evaluation: Evaluation) -> Content | None:
    """Scores and reliability before and after; None where nothing was fitted."""
    found = evaluation.get("calibration")
    if not found:
        return None
    return {
        "method": METHODS[found["method"]],
        "temperature": 1 / found["scale"][0] if "temperature" in found["method"] else None,
        "is_changed": found["method"] != "none",
        "fitted_on": found["fitted_on"],
        "is_cross_fitted": found["is_cross_fitted"],
        "choices": [(METHODS[name], loss) for name, loss in found["cross_fitted_log_loss"].items()],
        "scores": _score_rows(found),
        "pictures": _reliability_pictures(evaluation, found),
        "changed_answers": found["changed_answers"],
        "num_images": evaluation.get("n_images"),
    }


def mix_content(evaluation: Evaluation) -> Content | None:
    """Shares of the classes, and probabilities corrected for them; None where nothing was fitted."""
    found = evaluation.get("prior")
    if not found:
        return None
    corrected = found["corrected"]
    return {
        "fitted_on": found["fitted_on_images"],
        "shares": [
            (
                name,
                [found[key][name] for key in ("fitted_on", "estimated", "here")],
                (found.get("estimated_intervals") or {}).get(name),
            )
            for name in found["here"]
        ],
        "scores": [
            {
                "title": title,
                "before": corrected["before"][key],
                "after": corrected["after"][key],
                "gain": corrected["gain"].get(key),
            }
            for key, title in ANSWER_SCORES.items()
        ],
        "changed_answers": corrected["changed_answers"],
        "num_images": evaluation.get("n_images"),
    }


def operating_content(evaluation: Evaluation) -> Content | None:
    """Rows of operating points with a picture; None where no class is malignant or nothing was fitted."""
    found = evaluation.get("operating_points")
    if not found:
        return None
    rows = [
        {
            **point,
            "is_chosen": point["rule"] == found["chosen"],
            "promise": promise_words(point.get("promise"), str(evaluation.get("part") or "this part")),
        }
        for point in found["points"]
        if point["figures"]
    ]
    undefined = [point["rule"] for point in found["points"] if not point["figures"]]
    others = (("call all malignant", "all_called"), ("call none malignant", "none_called"))
    chosen = next((row for row in rows if row["is_chosen"]), None)
    return {
        "chosen": chosen,
        "rule": found["chosen"],
        "rows": rows,
        "others": [{"rule": title, "threshold": None, "figures": found[key]} for title, key in others],
        "undefined": undefined,
        "fitted_on": found["fitted_on"],
        "is_cross_fitted": found["is_cross_fitted"],
        "costs": found["costs"],
        "prior": found["prior"],
        "class_costs": [(title, found["class_costs"][key]) for key, title in ANSWERS.items()],
        "picture": _operating_picture(evaluation, rows),
    }


def benefit_content(evaluation: Evaluation) -> Content | None:
    """The decision curve, and where it is of use; None where there is none."""
    found = evaluation.get("decision_curve")
    if not found:
        return None
    painter = partial(paint_benefit, curve=found)
    words = "net benefit by threshold probability: the model, calling all malignant, calling none malignant"
    return {
        "picture": draw(painter, BENEFIT_SIZE, words, bool(evaluation.get("leaked"))),
        "ranges": _ranges(found["useful"], found["thresholds"]),
        "prevalence": found["prevalence"],
        "prior": found["prior"],
    }


def _score_rows(found: Mapping[str, Any]) -> list[Content]:
    """One row a score: its title, before, after, and how much was gained on the same images."""
    before, after = found["before"], found["after"]
    rows = [
        {"title": title, "before": before[key], "after": after[key], "gain": found["gain"][key]}
        for key, title in SCORES.items()
    ]
    for key in CLAIMS:
        if before[key] and after[key]:
            error = "expected_calibration_error"
            label = f"expected calibration error of {ERRORS_OF[key]}"
            rows.append(
                {"title": label, "before": before[key][error], "after": after[key][error], "gain": None}
            )
    if before["malignant"]:
        pair = {state: found[state]["malignant"]["brier_score"] for state in STATES}
        rows.append({"title": "Brier score, malignant against benign", **pair, "gain": None})
    return rows


def _reliability_pictures(evaluation: Evaluation, found: Mapping[str, Any]) -> list[tuple[str, Picture]]:
    """Pictures of both claims, before and after beside each other."""
    states = STATES if found["method"] != "none" else {"before": STATES["before"]}
    pictures = []
    for key, (title, labels) in CLAIMS.items():
        for state, words in states.items():
            if found[state][key]:
                bins = found[state][key]["reliability"]["bins"]
                painter = partial(paint_reliability, bins=bins, labels=labels)
                told = f"{labels[1]} against {labels[0]}, {words}, in ten bins"
                picture = draw(painter, RELIABILITY_SIZE, told, bool(evaluation.get("leaked")))
                pictures.append((f"{title} {words[0].upper()}{words[1:]}", picture))
    return pictures


def _operating_picture(evaluation: Evaluation, rows: Sequence[Mapping[str, Any]]) -> Picture | None:
    roc = (evaluation.get("malignant_vs_benign") or {}).get("roc")
    if not roc:
        return None
    marked = [
        Marked(row["rule"], row["figures"]["sensitivity"], row["figures"]["specificity"], row["is_chosen"])
        for row in rows
    ]
    words = "; ".join(f"{one.label}: sensitivity {value_text(one.sensitivity)}" for one in marked)
    painter = partial(paint_operating_points, roc=roc, marked=marked)
    return draw(
        painter, ROC_SIZE, f"operating points on the ROC curve: {words}", bool(evaluation.get("leaked"))
    )


def _ranges(useful: Sequence[float], thresholds: Sequence[float]) -> list[tuple[float, float]]:
    """Runs of neighbouring thresholds as (first, last)."""
    step = thresholds[1] - thresholds[0]
    ranges: list[tuple[float, float]] = []
    for threshold in useful:
        if ranges and is_defined(threshold) and threshold - ranges[-1][1] < 1.5 * step:
            ranges[-1] = (ranges[-1][0], threshold)
        else:
            ranges.append((threshold, threshold))
    return ranges
