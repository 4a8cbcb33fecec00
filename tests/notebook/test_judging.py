"""The verbs of judging as functions: DataFrames and arrays in, figures out."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import lentigo
from lentigo.settings.errors import SettingsError


def test_predictions_in_a_dataframe_are_judged(small_job: Any) -> None:
    told = pd.read_csv(small_job.run / "predictions.csv", dtype={"image_id": str})
    names = ["image_id", "truth", *[name for name in told if name.isupper()]]
    found = lentigo.evaluate_answers(told[names], asked=None)
    assert found["n_images"] == len(told)
    assert 'class="verdict' in found._repr_html_()
    assert "metrics.balanced_accuracy" in found.to_frame()["figure"].tolist()


def test_printed_figures_are_investigated() -> None:
    found = lentigo.forensics("isic2019", matrix=["2667,142,228,1184"])
    assert found["dataset"] == "isic2019"
    assert found["matrices"][0]["n"] == 4221
    assert "_repr_html_" in dir(found)


def test_options_are_checked_by_name(small_job: Any) -> None:
    with pytest.raises(SettingsError, match="no option exlude; did you mean exclude"):
        lentigo.score("a.csv", "b.csv", exlude=["x"])
    with pytest.raises(SettingsError, match="no option class_maps"):
        lentigo.evaluate_external(small_job.run, small_job.data, class_maps={})
