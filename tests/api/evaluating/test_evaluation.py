"""What `evaluate` does in its order: checks, a look, answers, figures, files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from lentigo.api.evaluating.evaluation import evaluate
from lentigo.settings.errors import SettingsError
from lentigo.settings.run import RunDirectory

pytestmark = pytest.mark.usefixtures("unrendered")


def test_what_is_returned_is_what_is_saved_and_steps_are_told(small_job: Any, tmp_path: Path) -> None:
    run, steps = RunDirectory(shutil.copytree(small_job.run, tmp_path / "run")), []
    before = json.loads(run.evaluation_file.read_text(encoding="utf-8"))["parts"]["validation"]
    found = evaluate(run, with_baselines=False, progress=lambda done, total: steps.append((done, total)))
    stored = json.loads(run.evaluation_file.read_text(encoding="utf-8"))["parts"]["validation"]
    assert steps == [(1, 2), (2, 2)]
    assert {name: value for name, value in found.items() if name != "test_looks"} == stored
    assert (found["test_looks"], stored["baselines"]) == (0, {})
    for key in ("metrics", "per_class", "calibration", "operating_points", "decision_curve", "subgroups"):
        assert stored[key] == before[key], key


def test_options_are_read_before_a_look_is_logged(small_job: Any, tmp_path: Path) -> None:
    run = RunDirectory(shutil.copytree(small_job.run, tmp_path / "run"))
    with pytest.raises(SettingsError, match="--prior"):
        evaluate(run, part="test", prior="half")
    assert not run.record().get("test_looks")
