"""What the sections on calibration, operating points and net benefit show."""

from __future__ import annotations

from typing import Any

from lentigo.report.drawing.html import page_environment
from lentigo.report.sections.decisions import (
    benefit_content,
    calibration_content,
    mix_content,
    operating_content,
)

HALF = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 40, "n_groups": 30}
FITTED_ON = {"part": "validation", "n_images": 1216, "n_groups": 1144, "split_hash": "ab"}
CLAIM = {
    "reliability": {"bins": [{"low": 0.4, "high": 0.5, "confidence": 0.45, "accuracy": HALF}]},
    "expected_calibration_error": HALF,
}
STATE = {"log_loss": HALF, "brier_score": HALF, "answers": CLAIM, "malignant": {**CLAIM, "brier_score": HALF}}
CALIBRATION = {
    "method": "temperature",
    "scale": [0.5, 0.5],
    "fitted_on": FITTED_ON,
    "is_cross_fitted": True,
    "cross_fitted_log_loss": {"none": 0.6, "temperature": 0.5, "vector": 0.51},
    "before": STATE,
    "after": STATE,
    "gain": {"log_loss": HALF, "brier_score": HALF},
    "changed_answers": 3,
}
NAMES = (
    "sensitivity",
    "specificity",
    "positive_predictive_value",
    "negative_predictive_value",
    "called_malignant",
    "cost",
)
FIGURES: dict[str, Any] = {
    **dict.fromkeys(NAMES, HALF),
    "at_prevalence": [
        {"prevalence": 0.02, "positive_predictive_value": HALF, "negative_predictive_value": HALF}
    ],
}
PROMISE = {"figure": "sensitivity", "level": 0.95, "confidence": 0.91, "reached": HALF, "held": "not held"}
POINTS = {
    "chosen": "sensitivity=0.95",
    "fitted_on": FITTED_ON,
    "is_cross_fitted": False,
    "prior": "train",
    "costs": {"miss": 10.0, "false_alarm": 1.0},
    "points": [
        {"rule": "sensitivity=0.95", "threshold": 0.11, "figures": FIGURES, "promise": PROMISE},
        {"rule": "specificity=0.9", "threshold": None, "figures": None},
    ],
    "all_called": FIGURES,
    "none_called": FIGURES,
    "class_costs": {"answered": HALF, "most_probable": HALF, "cheapest": HALF},
}
CURVE = {"value": [0.1, 0.05, -0.1], "low": [0.0, 0.0, None], "high": [0.2, 0.1, None]}
BENEFIT = {
    "thresholds": [0.1, 0.2, 0.3],
    "useful": [0.1, 0.2],
    "model": CURVE,
    "treat_all": CURVE,
    "prevalence": 0.2,
    "prior": "train",
}


def shown(template: str, content: dict[str, Any]) -> str:
    text = page_environment().get_template(template).render(content=content)
    return " ".join(text.split())


def test_calibration_is_shown_before_and_after() -> None:
    content = calibration_content({"calibration": CALIBRATION, "n_images": 1216})
    assert content is not None
    assert [title for title, _ in content["pictures"]] == [
        "Is the answer right? As the network says",
        "Is the answer right? Calibrated",
        "Is it malignant? As the network says",
        "Is it malignant? Calibrated",
    ]
    page = shown("calibration.html.j2", content)
    assert "temperature scaling, temperature 2.00: fitted on 1,216 validation images in 1,144 groups" in page
    assert "a fit that has seen no image of its group" in page
    assert "For 3 of 1,216 images" in page
    assert "no calibration 0.600; temperature scaling 0.500" in page


def test_where_nothing_was_calibrated_there_is_one_picture_a_claim() -> None:
    plain = CALIBRATION | {"method": "none", "changed_answers": 0, "before": STATE | {"malignant": None}}
    content = calibration_content({"calibration": plain})
    assert content is not None
    assert len(content["pictures"]) == 1
    page = shown("calibration.html.j2", content)
    assert "No calibration was shown to be better" in page
    assert "another class becomes" not in page


def test_operating_points_name_the_one_in_use() -> None:
    roc = {"fpr": [0, 0.5, 1], "tpr": [0, 0.8, 1]}
    content = operating_content({"operating_points": POINTS, "malignant_vs_benign": {"roc": roc}})
    assert content is not None
    assert content["undefined"] == ["specificity=0.9"]
    assert "sensitivity=0.95: sensitivity 0.500" in content["picture"].description
    page = shown("operating_points.html.j2", content)
    assert "decide by <strong>sensitivity=0.95</strong>: here a sensitivity of 0.500 (0.400 to 0.600)" in page
    assert "Undefined, for lack of malignant or benign images on validation: specificity=0.9." in page
    assert "Asked: sensitivity at least 0.95 (90 % confidence); on this part 0.500" in page
    assert 'sensitivity=0.95<br><span class="small">not held</span>' in page
    assert "call all malignant" in page


def test_a_mix_of_classes_is_named() -> None:
    content = operating_content({"operating_points": POINTS | {"prior": "malignant=0.02"}})
    assert content is not None
    assert content["picture"] is None
    assert "the mix of classes “malignant=0.02”" in shown("operating_points.html.j2", content)


def test_net_benefit_tells_where_it_is_of_use() -> None:
    content = benefit_content({"decision_curve": BENEFIT})
    assert content is not None
    assert content["ranges"] == [(0.1, 0.2)]
    page = shown("decision_curve.html.j2", content)
    assert "from a threshold of 10 % to 20 %" in page
    none = benefit_content({"decision_curve": BENEFIT | {"useful": []}})
    assert none is not None
    assert "At no threshold" in shown("decision_curve.html.j2", none)


def test_without_figures_there_is_no_section() -> None:
    for content in (calibration_content, operating_content, benefit_content):
        assert content({}) is None


def test_the_mix_of_classes_beside_what_it_is_estimated_to_be() -> None:
    names = ("log_loss", "brier_score", "expected_calibration_error", "accuracy", "balanced_accuracy")
    state = dict.fromkeys(names, HALF)
    gain = {"log_loss": HALF, "brier_score": HALF}
    prior = {
        "fitted_on": {"MEL": 0.2, "NV": 0.8},
        "here": {"MEL": 0.6, "NV": 0.4},
        "estimated": {"MEL": 0.55, "NV": 0.45},
        "estimated_intervals": {"MEL": HALF},
        "fitted_on_images": 1216,
        "corrected": {"before": state, "after": state, "gain": gain, "changed_answers": 7},
    }
    assert mix_content({}) is None
    content = mix_content({"prior": prior, "n_images": 380})
    assert content is not None
    assert content["shares"][0] == ("MEL", [0.2, 0.55, 0.6], HALF)
    assert [row["gain"] for row in content["scores"]] == [HALF, HALF, None, None, None]
    page = page_environment().get_template("mix.html.j2").render(content=content)
    for text in ("1,216 validation images", "55.0", "7 of 380", "without looking at their labels"):
        assert text in page
