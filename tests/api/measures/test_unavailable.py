"""Why a measure of other people's images has no figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.answers import Answers, Finer
from lentigo.api.answers.runs.source import RunSource, open_run
from lentigo.api.answers.source import Source
from lentigo.api.measures.unavailable import why_unavailable
from lentigo.evaluation.class_map import ClassMap
from lentigo.evaluation.evaluate import Context

MEASURED: dict[str, Any] = dict.fromkeys(("calibration", "operating_points", "abstaining", "shortcuts"))


def part_of(source: RunSource, class_map: ClassMap, is_fitted: bool = True) -> Answers:
    nothing: Any = None
    known = Source("", source.validation() if is_fitted else None)
    finer = Finer(np.zeros((0, 8)), source.class_names, source.malignant, class_map)
    return Answers(nothing, np.zeros(0), Context("external", "ab"), known, finer=finer)


@pytest.fixture
def source(small_job: Any) -> RunSource:
    return open_run(small_job.run)


def test_what_has_figures_needs_no_reason(source: RunSource) -> None:
    assert why_unavailable(part_of(source, {}), {"calibration": {"method": "none"}}) == {}


def test_without_validation_nothing_was_fitted(source: RunSource) -> None:
    found = why_unavailable(part_of(source, {}, is_fitted=False), MEASURED)
    for key in ("calibration", "operating_points", "abstaining"):
        assert "no validation images" in found[key]
    assert "own parts alone" in found["shortcuts"]


def test_equations_and_options_are_named(source: RunSource) -> None:
    mixed = why_unavailable(part_of(source, {"AKIEC": ("AK", "SCC")}), MEASURED)
    assert mixed["operating_points"].startswith("AKIEC puts malignant and benign")
    assert "--no-baselines" in mixed["abstaining"]
    plain = why_unavailable(part_of(source, {"AKIEC": ("AK",)}), MEASURED)
    assert plain["operating_points"] == "no class here, or every one, is malignant"
