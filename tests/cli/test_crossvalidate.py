"""`lentigo crossvalidate`, and its folder as `evaluate`, `predict`, `submit` and `ensemble` take it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lentigo.cli.app import main
from lentigo.data.split import load_split
from lentigo.evaluation.metrics import balanced_accuracy, confusion_matrix
from lentigo.evaluation.predictions import load_predictions

pytestmark = pytest.mark.usefixtures("unrendered")

TINY = (
    "--set", "stages.0.epochs=1", "--set", "input.height=16", "--set", "input.width=20",
    "--set", "task.classes=all", "--set", "training.batch_size=16",
)  # fmt: skip


@pytest.fixture(scope="module")
def validated(small_data: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folds of a tiny network; not to be changed."""
    out = tmp_path_factory.mktemp("folds") / "cv"
    places = ["--manifest", str(small_data.data), "--split", str(small_data.split), "--out", str(out)]
    assert main(["crossvalidate", "baseline", *places, "--folds", "2", "--fold", "1", *TINY]) == 0
    assert not (out / "run.json").exists(), "one fold is not all"
    # the other fold is trained by another process
    assert main(["crossvalidate", "baseline", *places, "--folds", "2", *TINY, "--on", "processes:2"]) == 0
    return out


def test_every_image_outside_test_is_answered_by_the_fold_that_has_not_learnt_it(
    validated: Path, small_data: Any
) -> None:
    answers = pd.read_csv(validated / "predictions.csv", dtype={"image_id": str})
    split = load_split(small_data.split).table
    assert sorted(answers["image_id"]) == sorted(split.loc[split["part"] != "test", "image_id"])
    assert set(answers["part"]) == {"out-of-fold"}
    for fold in (0, 1):
        own = load_split(validated / f"fold-{fold}" / "split.csv").table.set_index("image_id")["part"]
        answered = answers.loc[answers["fold"] == fold, "image_id"]
        assert set(own[answered]) == {"validation"}
        assert set(own[split.loc[split["part"] == "test", "image_id"]]) == {"test"}


def test_figures_agree_with_the_answers(validated: Path) -> None:
    part = json.loads((validated / "evaluation.json").read_text())["parts"]["out-of-fold"]
    found = load_predictions(validated / "predictions.csv")
    truth, names = found.truth_indices(), found.class_names
    confusion = confusion_matrix(truth, found.probabilities.argmax(axis=1), len(names))
    assert part["metrics"]["balanced_accuracy"]["value"] == pytest.approx(float(balanced_accuracy(confusion)))
    assert [row["fold"] for row in part["folds"]] == [0, 1]
    assert sum(row["n_images"] for row in part["folds"]) == part["n_images"] == len(truth)
    assert len(pd.read_csv(validated / "folds.csv")) == 3
    for name in ("report.html", "crossvalidation.html"):
        assert "Not a medical device" in (validated / name).read_text()


def test_the_same_command_again_trains_nothing(
    validated: Path, small_data: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (validated / "fold-0" / "history.jsonl").stat().st_mtime_ns
    places = ["--manifest", str(small_data.data), "--split", str(small_data.split), "--out", str(validated)]
    assert main(["crossvalidate", "baseline", *places, "--folds", "2", *TINY, "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["part"] == "out-of-fold"
    assert "finished already" in shown.err
    assert (validated / "fold-0" / "history.jsonl").stat().st_mtime_ns == before
    assert main(["crossvalidate", "baseline", *places, "--folds", "3", *TINY]) == 2
    assert "other folds" in capsys.readouterr().err


def test_its_folds_answer_together_on_test_and_on_files(
    validated: Path, small_data: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    validated = Path(shutil.copytree(validated, tmp_path / "cv"))
    assert main(["evaluate", str(validated), "--part", "test", "--no-baselines"]) == 0
    assert len(json.loads((validated / "run.json").read_text())["test_looks"]) == 1
    capsys.readouterr()
    answers = load_predictions(validated / "predictions.csv", "test")
    manifest = pd.read_csv(small_data.data / "manifest.csv", dtype=str).set_index("image_id")
    first = str(answers.image_ids[0])
    file = small_data.lesions / manifest.loc[first, "path"]
    file = file if file.is_file() else next(small_data.lesions.rglob(Path(manifest.loc[first, "path"]).name))
    alone = []
    for model in (validated, validated / "fold-0", validated / "fold-1"):
        assert main(["predict", str(model), str(file), "--json"]) == 0
        row = json.loads(capsys.readouterr().out)["predictions"][0]
        alone.append([row[name] for name in answers.class_names])
    np.testing.assert_allclose(alone[0], np.mean(alone[1:], axis=0), atol=1e-6)
    np.testing.assert_allclose(alone[0], answers.probabilities[0], atol=1e-5)
    submission = tmp_path / "answers.csv"
    assert main(["submit", str(validated), "--out", str(submission), "--part", "test"]) == 0
    assert len(pd.read_csv(submission)) == len(answers.image_ids)


def test_what_it_cannot_do_says_what_to_do(
    validated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, said in (
        (["evaluate", str(validated)], "out-of-fold figures are in evaluation.json"),
        (["explain", str(validated)], "cannot show where it looked; take one of them"),
        (["export", str(validated), "--out", str(tmp_path / "bundle")], "cannot be exported; take one"),
        (["ensemble", str(validated), "--out", str(tmp_path / "e")], "ensemble of its folds already"),
    ):
        assert main(command) == 2
        assert said in " ".join(capsys.readouterr().err.split())


def test_more_folds_than_groups_of_a_class_are_refused(
    small_data: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ["--manifest", str(small_data.data), "--split", str(small_data.split), "--out", str(tmp_path)]
    assert main(["crossvalidate", "baseline", *places, "--folds", "60", *TINY]) == 2
    said = capsys.readouterr().err
    assert "60 folds outside test" in said
    assert "groups" in said
