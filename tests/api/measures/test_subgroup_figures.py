"""Subgroups of a run's part, in its evaluation and on its page."""

from __future__ import annotations

import json
from typing import Any

from lentigo.settings.run import RunDirectory


def test_an_evaluation_tells_of_every_subgroup_and_its_page_shows_them(small_job: Any) -> None:
    run = RunDirectory.existing(small_job.run)
    part = json.loads(run.evaluation_file.read_text())["parts"]["validation"]
    attributes = part["subgroups"]["attributes"]
    assert attributes
    for name, rows in attributes.items():
        assert sum(row["n"] for row in rows) == part["n_images"], name
    assert [row["name"] for row in attributes.get("age", [])] == sorted(
        (row["name"] for row in attributes.get("age", [])),
        key=["under 30", "30 to 44", "45 to 59", "60 to 74", "75 and over", "unknown"].index,
    )
    assert 'id="subgroups"' in run.report_file.read_text(encoding="utf-8")
