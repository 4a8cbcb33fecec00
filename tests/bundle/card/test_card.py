"""The card says what the model is, on what it was measured, and what it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lentigo.bundle.card.card import model_card
from lentigo.bundle.format import BundleClass, BundleFacts
from lentigo.evaluation.metrics import METRICS, Metric

FIGURE = {"value": 0.8125, "low": 0.774, "high": 0.848, "n": 300, "n_groups": 211}
UNDEFINED = {"value": None, "low": None, "high": None, "n": 0, "n_groups": 0}
FIGURES = {
    "test": {
        "n_images": 300,
        "n_groups": 211,
        "leaked": False,
        "metrics": {"balanced_accuracy": FIGURE, "accuracy": UNDEFINED},
        "per_class": {"MEL": {"recall": FIGURE}},
        "operating_points": {"sensitivity=0.95": {"positive_predictive_value": FIGURE}},
        "malignant_vs_benign": {"metrics": {"sensitivity": FIGURE}},
    }
}


def test_it_opens_with_what_it_is_not_for(facts: BundleFacts) -> None:
    assert "not a medical device" in "\n".join(model_card(facts).splitlines()[:4])


def test_figures_have_intervals_and_counts(facts: BundleFacts) -> None:
    card = model_card(replace(facts, metrics=FIGURES))
    assert "### test: 300 images in 211 groups" in card
    assert "| balanced accuracy | 0.812 [0.774, 0.848], n = 300 |" in card
    assert "| accuracy | undefined |" in card
    assert "| malignant against benign: sensitivity | 0.812" in card
    assert "| at sensitivity=0.95: positive predictive value | 0.812 [0.774, 0.848], n = 300 |" in card
    assert "LEAKED" not in card


def test_one_row_adds_a_metric(facts: BundleFacts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METRICS, "kappa", Metric("Cohen's kappa", np.asarray, bounds=(-1, 1)))
    below = {**FIGURE, "value": -0.1, "low": -0.3, "high": 0.1}
    figures = {"test": {**FIGURES["test"], "metrics": {"kappa": below}}}
    card = model_card(replace(facts, metrics=figures))
    assert "| Cohen's kappa | -0.100 [-0.300, 0.100], n = 300 |" in card
    assert "| malignant against benign: Cohen's kappa | undefined |" in card


def test_a_leak_is_stamped(facts: BundleFacts) -> None:
    leaked = {"test": {**FIGURES["test"], "leaked": True}}
    assert "LEAKED" in model_card(replace(facts, metrics=leaked))


def test_few_groups_are_warned_of(facts: BundleFacts) -> None:
    entry = FIGURES["test"]
    few = {**entry, "classes_of_few_groups": {"DF": 3}}
    assert "Fewer than 5 groups of DF (3)" in model_card(replace(facts, metrics={"test": few}))
    assert "Fewer than" not in model_card(replace(facts, metrics={"test": entry}))


def test_what_was_asked_and_what_was_reached_is_said(facts: BundleFacts) -> None:
    promise = {
        "figure": "sensitivity",
        "level": 0.95,
        "confidence": 0.9,
        "reached": FIGURE,
        "held": "not held",
    }
    told = {**FIGURES["test"], "promises": {"sensitivity=0.95": promise, "cost=10:1": None}}
    card = model_card(replace(facts, metrics={"test": told}))
    assert "on test 0.812 [0.774, 0.848]: not held." in card


def test_a_run_without_evaluation_says_so(facts: BundleFacts) -> None:
    assert "None: the run was not evaluated" in model_card(facts)


def test_hostile_names_stay_text(facts: BundleFacts) -> None:
    hostile = BundleClass("<script>|x", "a\n# heading", "[link](http://x)", "#000000")
    card = model_card(replace(facts, classes=(*facts.classes, hostile), recipe="```\n# out"))
    assert "<script>" not in card
    assert "\n# heading" not in card
    assert "[link](" not in card
    assert card.count("```") == 2


def test_licences_grouping_and_parity_are_told(facts: BundleFacts) -> None:
    card = model_card(facts)
    assert "not known, CC0: 5 images" in card
    assert "| NV | NV in full | NV plainly | benign |" in card
    assert "Grouped as malignant in training: MEL, BCC, SCC." in card
    assert "at most 1.0e-07" in card


def test_a_card_of_drawn_lesions_opens_with_that(facts: BundleFacts) -> None:
    assert "drawn" not in model_card(facts)
    entries = ({"source": "synthetic", "licence": "CC0-1.0", "n_images": 5},)
    card = model_card(replace(facts, licences=entries))
    assert card.index("**Trained on drawn lesions: never for real skin.**") < card.index("## Classes")
    assert "* synthetic, CC0-1.0: 5 images" in card


def test_probabilities_and_decisions_are_explained(facts: BundleFacts) -> None:
    assert "not calibrated on held-out images" in model_card(facts)
    fitted_on = {"part": "validation", "n_images": 90, "n_groups": 70, "split_hash": "ab"}
    calibration = {
        "method": "temperature",
        "scale": [0.5] * 3,
        "bias": [0.0] * 3,
        "shares": [0.2, 0.7, 0.1],
        "fitted_on": fitted_on,
    }
    points = {
        "chosen": "cost=10:1",
        "points": [{"rule": "cost=10:1", "threshold": 1 / 11}],
        "fitted_on": fitted_on,
    }
    card = model_card(replace(facts, calibration=calibration, operating_points=points))
    assert "one temperature, 2. Fitted on 90 images in 70 groups" in card
    assert "MEL 20.0%, NV 70.0%, BCC 10.0%" in card
    assert "8-bit" not in card
    assert "Decides by `cost=10:1`" in card
    assert "| cost=10:1 | 0.0909 |" in card
    assert "no operating point" in model_card(replace(facts, calibration=calibration))


def test_an_8_bit_network_is_told_wherever_it_matters(facts: BundleFacts) -> None:
    cost = {"n_images": 90, "balanced_accuracy": {"float32": 0.8, "int8": 0.79}, "max_change": 0.05}
    quantised = {"int8": {**cost, "difference": {"value": -0.01, "low": -0.02, "high": 0.0}}}
    calibration = {
        "method": "none", "scale": [1.0] * 3, "bias": [0.0] * 3, "shares": [0.2, 0.7, 0.1],
        "fitted_on": {"n_images": 90, "n_groups": 70},
    }  # fmt: skip
    small = replace(facts, parity=facts.parity | quantised, metrics=FIGURES, calibration=calibration)
    card = model_card(small)
    assert "in 70 groups of validation, on the answers of this 8-bit network." in card
    assert "They are of the run, before its network was brought to 8 bits" in card
    assert "Then quantised: 8 bits on 90 validation images" in card
