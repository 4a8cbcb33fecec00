"""`lentigo evaluate`: numbers with intervals, test looked at on purpose, leaks stopped."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from lentigo.cli.app import main
from lentigo.evaluation.metrics import METRICS, Metric
from lentigo.settings.sealing import write_sealed

pytestmark = pytest.mark.usefixtures("unrendered")


@pytest.fixture
def own_run(small_job: Any, tmp_path: Path) -> Path:
    """A copy of the run that a test may change."""
    return Path(shutil.copytree(small_job.run, tmp_path / "run"))


def test_figures_agree_with_the_predictions_file(small_job: Any) -> None:
    part = json.loads((small_job.run / "evaluation.json").read_text())["parts"]["validation"]
    table = pd.read_csv(small_job.run / "predictions.csv")
    names = part["class_names"]
    answers = np.array(names)[table[names].to_numpy().argmax(axis=1)]
    recalls = [(answers[table["truth"] == name] == name).mean() for name in names]
    assert part["metrics"]["balanced_accuracy"]["value"] == pytest.approx(np.mean(recalls), abs=1e-9)
    assert part["n_images"] == len(table)
    defined = {name: one for name, one in part["metrics"].items() if one["value"] is not None}
    has_one_answer = len(set(answers)) == 1  # of which there is no correlation with anything
    assert set(part["metrics"]) - set(defined) <= ({"matthews"} if has_one_answer else set())
    for interval in defined.values():
        assert interval["low"] <= interval["value"] <= interval["high"]
        assert interval["n_groups"] <= interval["n"]


def test_all_baselines_are_measured_on_the_same_images(small_job: Any) -> None:
    part = json.loads((small_job.run / "evaluation.json").read_text())["parts"]["validation"]
    assert set(part["baselines"]) == {"majority_class", "metadata_only", "mean_colour", "feature_probe"}
    for baseline in part["baselines"].values():
        assert baseline["metrics"]["balanced_accuracy"]["n"] == part["n_images"]


def kappa(confusion: Any) -> Any:
    """Agreement beyond chance (Cohen, 1960), (..., K, K) -> (...), -1 to 1."""
    total = confusion.sum(axis=(-2, -1))
    agreed = np.trace(confusion, axis1=-2, axis2=-1)
    by_chance = (confusion.sum(axis=-1) * confusion.sum(axis=-2)).sum(axis=-1) / total
    return (agreed - by_chance) / (total - by_chance)


def surprise(truth: Any, probabilities: Any) -> Any:
    """Bits by which the truth surprises, (N,), 0 or more."""
    return -np.log2(np.maximum(probabilities[np.arange(len(truth)), truth], 1e-9))


ADDED = {
    "kappa": Metric("Cohen's kappa", kappa, bounds=(-1.0, 1.0), averages_classes=False),
    "surprise": Metric("surprise", surprise, of="images", bounds=(0.0, np.inf), averages_classes=False),
}


def test_one_row_adds_a_metric(
    own_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, row in ADDED.items():
        monkeypatch.setitem(METRICS, name, row)
    assert main(["evaluate", str(own_run), "--no-baselines"]) == 0
    said = capsys.readouterr().out
    part = json.loads((own_run / "evaluation.json").read_text())["parts"]["validation"]
    page = html.unescape((own_run / "report.html").read_text())
    for name, row in ADDED.items():
        figure = part["metrics"][name]
        value = f"{figure['value']:.3f}"
        assert figure["low"] <= figure["value"] <= figure["high"]
        assert re.search(rf"^{row.title} +{value} \[", said, re.M)
        assert re.search(rf"^malignant {row.title} +-?\d", said, re.M)
        assert f'<th scope="row">{row.title}</th><td>{value}</td>' in page
        assert f"malignant versus benign: {row.title}" in page
        assert f"{row.title} {value}" in (own_run / "checklists.md").read_text()
    table = pd.read_csv(own_run / "predictions.csv")
    names = part["class_names"]
    answers = np.array(names)[table[names].to_numpy().argmax(axis=1)]
    assert part["metrics"]["kappa"]["value"] == pytest.approx(cohen_kappa_score(table["truth"], answers))
    told = table[names].to_numpy()[np.arange(len(table)), [names.index(name) for name in table["truth"]]]
    assert part["metrics"]["surprise"]["value"] == pytest.approx(-np.log2(told).mean(), abs=1e-4)


def test_looking_at_test_is_counted_and_keeps_validation(
    own_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert main(["evaluate", str(own_run), "--part", "test", "--no-baselines"]) == 0
    assert "looked at 2 time(s)" in " ".join(capsys.readouterr().err.split())
    assert set(json.loads((own_run / "evaluation.json").read_text())["parts"]) == {"validation", "test"}
    assert len(json.loads((own_run / "run.json").read_text())["test_looks"]) == 2
    assert set(pd.read_csv(own_run / "predictions.csv")["part"]) == {"validation", "test"}


def test_a_leak_stops_and_with_allow_leak_is_stamped(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A duplicates table learnt after the split links a validation image with a training image."""
    parts = pd.read_csv(small_job.split, dtype=str)
    pair = [parts.loc[parts["part"] == part, "image_id"].iloc[0] for part in ("train", "validation")]
    own = Path(shutil.copytree(small_job.data, tmp_path / "data"))
    own_run = Path(shutil.copytree(small_job.run, tmp_path / "run"))
    _link(own, own_run, small_job.lesions, pair)
    assert main(["evaluate", str(own_run), "--no-baselines"]) == 2
    assert pair[1] in capsys.readouterr().err
    assert main(["evaluate", str(own_run), "--no-baselines", "--allow-leak", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["leaked"] is True
    assert "LEAKED" in (own_run / "report.html").read_text()


def _link(data: Path, run: Path, lesions: Path, pair: list[str]) -> None:
    """Import the same images again with the pair as duplicates, and point the run at that manifest."""
    table = data / "pairs.csv"
    table.write_text(f"image_name_1,image_name_2\n{pair[0]},{pair[1]}\n")
    again = ["data", "import", str(lesions), "--out", str(data), "--duplicates", str(table), "--force"]
    assert main(again) == 0
    record = json.loads((run / "run.json").read_text())
    facts = json.loads((data / "manifest.json").read_text())
    record["manifest"] = {"path": str(data / "manifest.csv"), "sha256": facts["sha256"]}
    write_sealed(run / "run.json", record)


def test_a_manifest_that_is_not_the_runs_is_refused(
    own_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads((own_run / "run.json").read_text())
    record["manifest"]["sha256"] = "0" * 64
    write_sealed(own_run / "run.json", record)
    assert main(["evaluate", str(own_run)]) == 2
    assert "not the manifest" in capsys.readouterr().err


def test_an_unfinished_run_says_what_to_do(own_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads((own_run / "run.json").read_text())
    write_sealed(own_run / "run.json", record | {"status": "interrupted"})
    assert main(["evaluate", str(own_run)]) == 2
    assert "train command again" in capsys.readouterr().err


def test_decisions_are_fitted_on_validation_and_told(
    own_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--no-baselines", "--operating-point", "specificity=0.8", "--prior", "malignant=0.1"]
    assert main(["evaluate", str(own_run), "--part", "test", *options]) == 0
    said = capsys.readouterr().out
    assert "specificity=0.8 on validation, for the mix malignant=0.1" in said
    assert "expected calibration error" in said
    part = json.loads((own_run / "evaluation.json").read_text())["parts"]["test"]
    assert part["operating_points"]["chosen"] == "specificity=0.8"
    assert not part["calibration"]["is_cross_fitted"]
    page = (own_run / "report.html").read_text()
    for anchor in ("trust", "operating-points", "net-benefit"):
        assert f'<section id="{anchor}">' in page


@pytest.mark.parametrize(
    ("option", "said"),
    [(["--prior", "MEL=2"], "is not a share"), (["--operating-point", "0.5"], "expected sensitivity=LEVEL")],
)
def test_options_that_cannot_be_read_stop_before_a_look(
    small_job: Any, option: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(small_job.run), "--part", "test", *option]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert not json.loads((small_job.run / "run.json").read_text()).get("test_looks")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--views", "flips", "--prior", "uniform"], "--views leaves no use for --prior"),
        (["--manifest", "DATA", "--operating-point", "cost=5:1"], "no use for --operating-point"),
        (["--map", "AKIEC=AK+SCC"], "name those with --manifest"),
    ],
)
def test_options_that_would_be_passed_over_are_refused(
    options: list[str], told: str, small_job: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(small_job.run), *options]) == 2
    assert told in " ".join(capsys.readouterr().err.split())
