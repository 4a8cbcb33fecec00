"""`lentigo evaluate RUN --manifest OTHER`: other people's images."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lentigo.cli.app import main

pytestmark = pytest.mark.usefixtures("unrendered")


@pytest.fixture
def own_run(small_job: Any, tmp_path: Path) -> Path:
    """A copy of the run that a test may change."""
    return Path(shutil.copytree(small_job.run, tmp_path / "run"))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """40 images drawn from another seed, with AK and SCC called AKIEC, and numbered as the run's own are."""
    drawn, out = tmp_path / "drawn", tmp_path / "other"
    drawing = ["data", "synthesize", str(drawn), "--images", "40", "--height", "64", "--width", "80"]
    assert main([*drawing, "--seed", "5"]) == 0
    names = pd.read_csv(drawn / "GroundTruth.csv")
    names["AKIEC"] = names["AK"] + names["SCC"]
    names.drop(columns=["AK", "SCC"]).to_csv(drawn / "GroundTruth.csv", index=False)
    metadata = next(iter(drawn.glob("*etadata.csv")), None)
    if metadata is not None:
        metadata.unlink()
    assert main(["data", "import", str(drawn), "--out", str(out)]) == 0
    return out


def test_other_images_with_an_equation(
    own_run: Path, other: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["evaluate", str(own_run), "--manifest", str(other)]) == 2
    assert "--map AKIEC=AK+SCC" in " ".join(capsys.readouterr().err.split())
    command = ["evaluate", str(own_run), "--manifest", str(other), "--map", "AKIEC=AK+SCC"]
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "AKIEC" in found["class_names"]
    assert not {"AK", "SCC"} & set(found["class_names"])
    assert found["leaked"] is False
    assert sum(share["here"] for share in found["prior_shift"].values()) == pytest.approx(1)
    assert found["metrics"]["balanced_accuracy"]["n"] == found["n_images"]
    assert found["abstaining"]["prediction_sets"]["cross_fitted"] is False
    assert set(found["baselines"]) >= {"majority_class", "mean_colour"}
    assert set(found["unavailable"]) == {"lesions", "operating_points", "shortcuts", "metadata"}
    assert "No baseline was evaluated" not in (own_run / "external" / "other" / "report.html").read_text()
    table = pd.read_csv(own_run / "external" / "other" / "predictions.csv")
    assert set(table["part"]) == {"external"}
    assert len(table) == found["n_images"]
    assert set(json.loads((own_run / "evaluation.json").read_text())["parts"]) == {"validation"}


def test_the_training_images_are_refused_and_else_stamped(
    small_job: Any, own_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", str(own_run), "--manifest", str(small_job.data), "--no-baselines"]
    assert main(command) == 2
    assert "the same image" in capsys.readouterr().err
    assert main([*command, "--allow-leak"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for text in ("LEAKED balanced accuracy", "LEAKED at the operating point", "estimated from the answers"):
        assert text in told
    assert (own_run / "external" / f"{small_job.data.name}-LEAKED" / "evaluation.json").is_file()
