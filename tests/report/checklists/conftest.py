"""What a made-up run knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lentigo.report.checklists.facts import ChecklistFacts
from lentigo.settings.toml import load_recipe

FIGURE = {"value": 0.7, "low": 0.6, "high": 0.8, "n": 30, "n_groups": 20}
BELOW = {"value": -0.2, "low": -0.3, "high": -0.1, "n": 30, "n_groups": 20}
BEYOND = {**BELOW, "p_value": 0.001, "p_adjusted": 0.004}
PART: dict[str, Any] = {
    "part": "test",
    "n_images": 30,
    "n_groups": 20,
    "split_hash": "0123456789abcdef",
    "leaked": False,
    "metrics": {"balanced_accuracy": FIGURE},
    "per_class": {"MEL": {"recall": FIGURE}, "NV": {"recall": {**FIGURE, "value": 0.5}}},
    "intervals": {"method": "BCa bootstrap over groups", "num_resamples": 1000},
    "subgroups": {
        "num_gaps": 4,
        "num_gaps_beyond_chance": 1,
        "attributes": {
            "sex": [
                {"name": "female", "is_small": False, "gaps": {"balanced_accuracy": BEYOND}},
                {"name": "male", "is_small": True, "gaps": {"balanced_accuracy": BEYOND}},
            ]
        },
    },
}


@pytest.fixture
def facts() -> ChecklistFacts:
    return ChecklistFacts(
        record={
            "name": "demo",
            "notice": "Research only.",
            "class_names": ["MEL", "NV"],
            "malignant": ["MEL"],
            "num_parameters": 1234567,
            "test_looks": ["once"],
            "backend": "tensorflow",
            "versions": {"keras": "3"},
            "command": "lentigo train | <b>",
        },
        recipe=load_recipe("xception-eight-balanced"),
        evaluation={"validation": {**PART, "part": "validation"}, "test": PART},
        counts={"train": {"MEL": 20, "NV": 60}, "test": {"MEL": 10, "NV": 20}},
        groups={"train": 50, "test": 20},
        sources={"HAM": 110},
        licences={"": 110},
        missing={"age": 5, "sex": 0},
        split={"seed": 3},
    )


@pytest.fixture
def leaked(facts: ChecklistFacts) -> ChecklistFacts:
    return replace(facts, evaluation={"test": {**PART, "leaked": True}}, split={"per_image": True})
