"""`lentigo ensemble` of a run and a copy whose answers differ, and the ensemble as other verbs take it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.runs.parts import save_answers
from lentigo.cli.app import main
from lentigo.evaluation.predictions import load_predictions
from lentigo.settings.run import RunDirectory


@pytest.fixture(scope="module")
def members(small_job: Any, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The same network twice, with other answers saved for validation."""
    folder = tmp_path_factory.mktemp("members")
    paths = [Path(shutil.copytree(small_job.run, folder / name)) for name in ("first", "second")]
    run = RunDirectory(paths[1])
    stored = load_predictions(run.predictions_file, "validation")
    turned = stored.probabilities.copy()
    turned[::3] = np.roll(turned[::3], 1, axis=1)
    save_answers(run, "validation", type(stored)(**{**vars(stored), "probabilities": turned}))
    return [str(path) for path in paths]


def test_an_ensemble_is_asked_like_a_run(
    members: list[str], small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "both")
    assert main(["ensemble", *members, "--out", out, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["part"] == "validation"
    assert facts["balanced_accuracy"]["n"] == facts["n_images"]
    for name in ("run.json", "predictions.csv", "evaluation.json", "ensemble.json", "report.html"):
        assert (tmp_path / "both" / name).is_file()
    file = str(sorted(small_job.lesions.rglob("*.jpg"))[0])
    rows = []
    for model in (out, members[0]):
        assert main(["predict", model, file, "--json"]) == 0
        rows.append(json.loads(capsys.readouterr().out)["predictions"][0])
    names = json.loads((tmp_path / "both" / "run.json").read_text())["class_names"]
    both, one = ([row[name] for name in names] for row in rows)
    np.testing.assert_allclose(both, one, atol=1e-6, err_msg="both members hold the same network")
    assert main(["compare", out, members[0], "--json"]) == 0
    compared = json.loads(capsys.readouterr().out)["figures"]["balanced_accuracy"]
    assert compared["first"] == facts["balanced_accuracy"]


def test_a_way_that_is_not_in_the_table_is_told_before_a_run_is_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ensemble", "one", "two", "--out", str(tmp_path / "e"), "--method", "best"]) == 2
    assert "ways: log-loss, greedy, equal" in capsys.readouterr().err


def test_members_must_be_runs(members: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ensemble", members[0], "--out", str(tmp_path / "e")]) == 2
    assert "two members or more" in capsys.readouterr().err
    assert main(["ensemble", members[0], str(tmp_path), "--out", str(tmp_path / "e")]) == 2
    assert "is not a run" in capsys.readouterr().err
