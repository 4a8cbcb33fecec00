"""Anybody's predictions, judged as a run is: the table that a PyTorch user writes, made here by numpy."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import balanced_accuracy_score

import lentigo
from lentigo.api.answers import baselines
from lentigo.api.evaluating import tables
from lentigo.cli.app import main
from lentigo.data.manifest import load_manifest
from lentigo.data.split import load_split
from lentigo.evaluation.evaluate import evaluate_predictions
from lentigo.settings.errors import ModelError, RunError, SettingsError
from lentigo.settings.run import RunDirectory

pytestmark = pytest.mark.filterwarnings("ignore::lentigo.data.tables.LentigoWarning")


def without_weights(*_: Any) -> None:
    raise ModelError("the weights are not looked for here")


def brief_figures(answers: Any) -> dict[str, Any]:
    return evaluate_predictions(answers.predictions, answers.groups, answers.context)


def write_epoch(path: Path, job: Any, skill: float = 2.0) -> pd.DataFrame:
    """Write softmax answers as a training loop does: image_id, part, truth, one column a class."""
    manifest = load_manifest(job.data)
    parts, rng = load_split(job.split), np.random.default_rng(0)
    names = list(manifest.class_names)
    with path.open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(["image_id", "part", "truth", *names])
        for part in ("validation", "test"):
            for row in parts.rows(manifest, part):
                logits = rng.normal(size=len(names)).astype(np.float32)
                truth = str(manifest.table["class"].iloc[row])
                logits[names.index(truth)] += skill
                shares = np.exp(logits) / np.exp(logits).sum()
                write.writerow([manifest.table["image_id"].iloc[row], part, truth, *shares])
    return pd.read_csv(path)


def test_a_torch_user_s_csv_gets_the_whole_report(
    small_data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(baselines, "stored_features", without_weights)
    table = write_epoch(tmp_path / "epoch-1.csv", small_data)
    told = ["evaluate", str(tmp_path / "epoch-1.csv"), "--truth", str(small_data.data), "--part", "test"]
    out = tmp_path / "out"
    assert main([*told, "--trained-on", str(small_data.data), "--out", str(out)]) == 0
    screen = capsys.readouterr().out
    assert "read as probabilities" in screen
    assert "no image, nor one of its group, is among those learnt from" in screen
    entry = json.loads((out / "evaluation.json").read_text())["parts"]["test"]
    test = table[table["part"] == "test"]
    names = list(table.columns[3:])
    answered = np.array(names)[test[names].to_numpy().argmax(axis=1)]
    expected = balanced_accuracy_score(test["truth"], answered)
    assert entry["metrics"]["balanced_accuracy"]["value"] == pytest.approx(expected)
    assert set(entry["baselines"]) == {"majority_class", "metadata_only", "mean_colour"}
    for key in ("calibration", "operating_points", "decision_curve", "abstaining", "subgroups"):
        assert entry[key], key
    assert entry["calibration"]["fitted_on"]["n_images"] == int((table["part"] == "validation").sum())
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "epoch-1.csv" in page
    assert "answers sha256" in page
    assert "training time" not in page
    assert sorted(pd.read_csv(out / "predictions.csv")["part"].unique()) == ["test", "validation"]


def test_what_it_says_of_a_table_alone(small_data: Any, tmp_path: Path) -> None:
    table = write_epoch(tmp_path / "a.csv", small_data)
    found = lentigo.evaluate_answers(table.drop(columns="part"), out=tmp_path / "out")
    assert found["answers"]["leak_checked"] is False
    assert found["shared_groups"] is None
    assert found["calibration"] is None
    assert "validation" in found["unavailable"]["calibration"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Nobody has said which images were learnt from" in page


def test_a_folder_is_of_one_table_at_a_time(
    small_data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "report_answers", lambda *_: None)
    monkeypatch.setattr(tables, "explained_figures", brief_figures)
    first = write_epoch(tmp_path / "a.csv", small_data)
    second = write_epoch(tmp_path / "b.csv", small_data, skill=0.5)
    out = tmp_path / "out"
    for table, part in ((first, "test"), (first, "validation"), (second, "test")):
        lentigo.evaluate_answers(table, out=out, part=part)
        parts = json.loads((out / "evaluation.json").read_text())["parts"]
        assert part in parts
    assert list(parts) == ["test"]
    (out / "evaluation.json").unlink()
    with pytest.raises(RunError, match="no evaluation beside it"):
        lentigo.evaluate_answers(first, out=out)


def test_a_run_s_folder_is_left_alone(
    small_data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = write_epoch(tmp_path / "a.csv", small_data)
    RunDirectory(tmp_path).update_record(name="a run", status="finished")
    monkeypatch.setattr(tables, "explained_figures", brief_figures)
    with pytest.raises(RunError, match="holds a run"):
        lentigo.evaluate_answers(table, out=tmp_path)


def test_an_option_that_is_none_is_named() -> None:
    with pytest.raises(SettingsError, match=r"no option truht; options are .*validation"):
        lentigo.evaluate_answers(np.eye(2), [0, 1], class_names=("a", "b"), truht=1)


@pytest.mark.parametrize("option", ["--truth", "--group", "--out"])
def test_options_of_tables_are_refused_for_runs(
    small_data: Any, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(small_data.data), option, "x"]) == 2
    assert f"a run leaves no use for {option}" in capsys.readouterr().err
