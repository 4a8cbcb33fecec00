"""Results that have pictures of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

import lentigo
from lentigo.notebook.results import Audit, Description, Evaluation, Explanation, Run
from lentigo.settings.errors import RunError


def test_a_run_shows_its_curves_and_is_a_table_of_epochs(small_job: Any) -> None:
    run = lentigo.load_run(small_job.run)
    assert isinstance(run, Run)
    assert "<picture>" in run._repr_html_()
    assert len(run.to_frame()) == len(run.history()) > 0
    with pytest.raises(RunError, match="is not a run"):
        lentigo.load_run(small_job.data)


def test_an_evaluation_shows_its_verdict_and_is_a_table_of_figures(small_job: Any) -> None:
    entry = json.loads((small_job.run / "evaluation.json").read_text(encoding="utf-8"))
    found = Evaluation(next(iter(entry["parts"].values())))
    assert 'class="verdict' in found._repr_html_()
    table = found.to_frame().set_index("figure")
    assert table.loc["metrics.balanced_accuracy", "value"] == found["metrics"]["balanced_accuracy"]["value"]


def test_an_audit_is_a_table_of_checks() -> None:
    told = {"code": "L1", "title": "t", "severity": "error", "status": "found", "text": "x", "advice": "y"}
    table = Audit({"checks": [told]}).to_frame()
    assert table.loc[0, "code"] == "L1"
    assert table.loc[0, "not_run"] is None


def test_saliency_is_a_table_of_maps() -> None:
    one = {"class": "NV", "probability": 0.5, "heat_shares": {"border": 0.1}}
    image = {"image_id": "a", "truth": "NV", "predicted": "MEL", "maps": [one, one]}
    table = Explanation({"images": [image]}).to_frame()
    assert table["heat_border"].tolist() == [0.1, 0.1]


def test_a_description_shows_pictures_and_not_their_paths() -> None:
    assert "/elsewhere/" not in Description({"n_images": 3, "pictures": ["/elsewhere/a.png"]})._repr_html_()
