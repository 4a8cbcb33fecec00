"""Why a measure of other people's images has no figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.answers import EvaluatedPart, OtherImages
from lentigo.api.measures.unavailable import why_unavailable
from lentigo.evaluation.class_map import ClassMap
from lentigo.evaluation.evaluate import Context
from lentigo.settings.run import RunDirectory

MEASURED: dict[str, Any] = dict.fromkeys(("calibration", "operating_points", "abstaining", "shortcuts"))


class Fitted(EvaluatedPart):
    fit: Any = "fitted"


class Unfitted(EvaluatedPart):
    fit = None


def part_of(kind: Any, run: RunDirectory, class_map: ClassMap) -> EvaluatedPart:
    nothing: Any = None
    others = OtherImages(nothing, np.zeros(0), class_map, np.zeros((0, 8)))
    made: EvaluatedPart = kind(run, nothing, nothing, nothing, Context("external", "ab"), others=others)
    return made


@pytest.fixture
def run(small_job: Any) -> RunDirectory:
    return RunDirectory.existing(small_job.run)


def test_what_has_figures_needs_no_reason(run: RunDirectory) -> None:
    assert why_unavailable(part_of(Fitted, run, {}), {"calibration": {"method": "none"}}) == {}


def test_without_validation_nothing_was_fitted(run: RunDirectory) -> None:
    found = why_unavailable(part_of(Unfitted, run, {}), MEASURED)
    for key in ("calibration", "operating_points", "abstaining"):
        assert "no validation images" in found[key]
    assert "own parts alone" in found["shortcuts"]


def test_equations_and_options_are_named(run: RunDirectory) -> None:
    mixed = why_unavailable(part_of(Fitted, run, {"AKIEC": ("AK", "SCC")}), MEASURED)
    assert mixed["operating_points"].startswith("AKIEC puts malignant and benign")
    assert "--no-baselines" in mixed["abstaining"]
    plain = why_unavailable(part_of(Fitted, run, {"AKIEC": ("AK",)}), MEASURED)
    assert plain["operating_points"] == "no class here, or every one, is malignant"
