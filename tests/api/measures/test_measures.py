"""The table of further figures."""

from __future__ import annotations

import json
from typing import Any

from lentigo.api.measures.measures import MEASURES
from lentigo.settings.run import RunDirectory


def test_every_measure_stands_in_the_evaluation_under_its_key(small_job: Any) -> None:
    run = RunDirectory.existing(small_job.run)
    evaluation = json.loads(run.evaluation_file.read_text())["parts"]["validation"]
    assert evaluation.keys() >= MEASURES.keys()
