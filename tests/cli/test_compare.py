"""`lentigo compare` on a run and a copy whose answers are partly turned about."""

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


@pytest.fixture
def both(small_job: Any, tmp_path: Path) -> tuple[Path, Path]:
    first, second = (Path(shutil.copytree(small_job.run, tmp_path / name)) for name in ("first", "second"))
    run = RunDirectory(second)
    stored = load_predictions(run.predictions_file, "validation")
    turned = stored.probabilities.copy()
    turned[::3] = np.roll(turned[::3], 1, axis=1)
    save_answers(run, "validation", type(stored)(**{**vars(stored), "probabilities": turned}))
    return first, second


def test_it_prints_and_writes_the_same(both: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(both[0]), str(both[1]), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    written = json.loads((both[0] / "comparisons" / "validation-second" / "compare.json").read_text())
    assert told["figures"] == written["figures"]
    assert main(["compare", str(both[0]), str(both[1])]) == 0
    shown = capsys.readouterr()
    assert "balanced accuracy" in shown.out
    assert "compare.html" in shown.err


def test_missing_answers_are_computed(both: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    before = load_predictions(both[0] / "predictions.csv", "validation").probabilities
    (both[0] / "predictions.csv").unlink()
    assert main(["compare", *map(str, both), "--json"]) == 0
    capsys.readouterr()
    after = load_predictions(both[0] / "predictions.csv", "validation").probabilities
    np.testing.assert_allclose(after, before, atol=1e-6)


def test_a_look_at_tables_is_logged_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, shares in (("one", (0.9, 0.2, 0.4, 0.3)), ("two", (0.6, 0.7, 0.1, 0.2))):
        rows = [f"i{row},test,{'AB'[row % 2]},{share},{1 - share}" for row, share in enumerate(shares * 3)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["image_id,part,truth,A,B", *rows]))
    tables = [str(tmp_path / "one.csv"), str(tmp_path / "two.csv")]
    assert main(["compare", *tables, "--part", "test", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr()
    assert "test: 12 images" in shown.out
    assert "logged" not in shown.err


def test_what_is_no_run_is_refused(both: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(both[0]), str(both[0].parent / "nothing")]) == 2
    assert "is not a run" in capsys.readouterr().err
    assert main(["compare", str(both[0]), str(both[0])]) == 2
    assert "given twice" in capsys.readouterr().err
