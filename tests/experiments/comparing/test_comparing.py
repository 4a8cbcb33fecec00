"""Two runs compared from their files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import lentigo
from lentigo.api.answers.runs.source import open_run
from lentigo.evaluation.metrics import balanced_accuracy
from lentigo.experiments.held_out import hold_out
from lentigo.settings.errors import RunError
from lentigo.settings.run import RunDirectory

MakeRun = Callable[..., RunDirectory]

pytestmark = pytest.mark.filterwarnings("ignore::lentigo.data.tables.LentigoWarning")


def test_the_better_run_is_better_by_its_own_figures(make_answered: MakeRun) -> None:
    good, bad = make_answered("good", skill=3.0), make_answered("bad", skill=0.0, seed=1)
    facts = lentigo.compare(good.path, bad.path)
    figure = facts["figures"]["balanced_accuracy"]
    for key, run in (("first", good), ("second", bad)):
        sample = hold_out(open_run(run.path), "validation").sample
        assert figure[key]["value"] == pytest.approx(float(balanced_accuracy(sample.confusion)))
        assert facts[key] == {"path": str(run.path), "name": run.path.name}
    assert figure["difference"]["low"] > 0
    assert figure["difference"]["p_value"] < 0.01
    assert set(facts["recall"]) == {"MEL", "NV", "DF"}
    folder = Path(facts["folder"])
    assert folder == good.path / "comparisons" / "validation-bad"
    assert sorted(path.name for path in folder.iterdir()) == ["compare.html", "compare.json", "compare.png"]
    assert json.loads((folder / "compare.json").read_text())["figures"] == facts["figures"]


def test_test_is_looked_at_on_purpose_and_logged_in_both(make_answered: MakeRun, tmp_path: Path) -> None:
    runs = [make_answered(name, seed=seed) for seed, name in enumerate(("a", "b"))]
    facts = lentigo.compare(runs[0].path, runs[1].path, part="test", out=tmp_path / "here")
    assert facts["part"] == "test"
    assert (tmp_path / "here" / "compare.html").is_file()
    assert [len(run.record()["test_looks"]) for run in runs] == [1, 1]


def test_a_run_and_itself_are_refused_before_anything_is_written(make_answered: MakeRun) -> None:
    run = make_answered("a")
    with pytest.raises(RunError, match="given twice"):
        lentigo.compare(run.path, run.path, part="test")
    assert "test_looks" not in run.record()
