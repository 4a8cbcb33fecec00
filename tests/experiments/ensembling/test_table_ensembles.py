"""Tables of anybody's predictions beside runs, and beside each other: compared and put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lentigo
from lentigo.api.answers.runs.source import open_run
from lentigo.evaluation.predictions import load_predictions
from lentigo.experiments.ensembling.ensembles import EnsembleOptions
from lentigo.experiments.ensembling.table_ensembles import ensemble_tables
from lentigo.experiments.held_out import hold_out
from lentigo.settings.errors import DataError, LeakError, RunError, SettingsError
from lentigo.settings.run import RunDirectory

MakeRun = Callable[..., RunDirectory]

pytestmark = pytest.mark.filterwarnings("ignore::lentigo.data.tables.LentigoWarning")


def table_of(run: RunDirectory, part: str = "validation") -> pd.DataFrame:
    """A run's answers as somebody else would write them: other order, other names, logits."""
    found = hold_out(open_run(run.path), part).predictions
    logits = np.log(np.clip(found.probabilities, 1e-12, 1)) + 3.0
    names = [f"logit_{name}" for name in found.class_names]
    table = pd.DataFrame(logits, columns=names).assign(file=[f"x/{name}.png" for name in found.image_ids])
    return table.sample(frac=1, random_state=0)[["file", *reversed(names)]]


def test_a_table_is_compared_with_a_run_as_the_run_it_came_from(
    make_answered: MakeRun, tmp_path: Path
) -> None:
    good, bad = make_answered("good", skill=3.0), make_answered("bad", skill=0.0, seed=1)
    table_of(bad).to_csv(tmp_path / "bad.csv", index=False)
    runs = lentigo.compare(good.path, bad.path)
    mixed = lentigo.compare(good.path, tmp_path / "bad.csv", out=tmp_path / "mixed")
    turned = lentigo.compare(tmp_path / "bad.csv", good.path, out=tmp_path / "turned")
    for key in ("first", "second", "difference"):
        assert mixed["figures"]["accuracy"][key]["value"] == pytest.approx(
            runs["figures"]["accuracy"][key]["value"]
        )
    assert turned["figures"]["accuracy"]["first"]["value"] == runs["figures"]["accuracy"]["second"]["value"]
    assert mixed["second"]["name"] == "bad.csv"
    assert (tmp_path / "mixed" / "compare.html").is_file()


def test_two_tables_are_compared_by_a_truth(make_answered: MakeRun, tmp_path: Path) -> None:
    good, bad = make_answered("good", skill=3.0), make_answered("bad", skill=0.0, seed=1)
    truth = hold_out(open_run(good.path), "validation")
    rows = {"image": truth.predictions.image_ids, "dx": truth.predictions.truth, "lesion_id": truth.groups}
    pd.DataFrame(rows).to_csv(tmp_path / "truth.csv", index=False)
    for run in (good, bad):
        table_of(run).to_csv(tmp_path / f"{run.path.name}.csv", index=False)
    paths = tmp_path / "good.csv", tmp_path / "bad.csv"
    found = lentigo.compare(*paths, truth=tmp_path / "truth.csv", out=tmp_path / "out")
    expected = lentigo.compare(good.path, bad.path)
    assert found["n_groups"] == expected["n_groups"]
    figures = (one["figures"]["balanced_accuracy"]["difference"]["value"] for one in (found, expected))
    assert next(figures) == pytest.approx(next(figures))


def test_tables_and_runs_are_put_together(make_answered: MakeRun, tmp_path: Path) -> None:
    first, second = make_answered("a", skill=2.0), make_answered("b", skill=2.0, seed=1)
    table_of(second).to_csv(tmp_path / "b.csv", index=False)
    options = EnsembleOptions(method="equal")
    facts = ensemble_tables([first.path, tmp_path / "b.csv"], tmp_path / "both", options)
    answers = [
        hold_out(open_run(run.path), "validation").predictions.probabilities for run in (first, second)
    ]
    written = load_predictions(tmp_path / "both" / "predictions.csv")
    np.testing.assert_allclose(written.probabilities, (answers[0] + answers[1]) / 2, atol=1e-6)
    assert [one["weight"] for one in facts["members"]] == [0.5, 0.5]
    assert (tmp_path / "both" / "report.html").is_file()
    with pytest.raises(RunError, match="is not empty"):
        ensemble_tables([first.path, tmp_path / "b.csv"], tmp_path / "both", options)
    with pytest.raises(RunError, match="two members"):
        ensemble_tables([tmp_path / "b.csv"], tmp_path / "one", options)


def fewer(table: pd.DataFrame) -> pd.DataFrame:
    return table[:-2]


def trained(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(part=["train", *["validation"] * (len(table) - 1)])


def more_classes(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(logit_SCC=-5.0)


@pytest.mark.parametrize(
    ("change", "error", "reason"),
    [
        (fewer, DataError, "does not answer 2 of the"),
        (trained, LeakError, "1 of"),
        (more_classes, DataError, "only answers in the same classes"),
    ],
)
def test_what_cannot_stand_side_by_side_is_refused(
    make_answered: MakeRun, tmp_path: Path, change: Any, error: Any, reason: str
) -> None:
    run = make_answered("a")
    change(table_of(run)).to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(error, match=reason):
        lentigo.compare(run.path, tmp_path / "a.csv", out=tmp_path / "out")


def test_a_truth_is_for_tables(make_answered: MakeRun) -> None:
    run = make_answered("a")
    with pytest.raises(SettingsError, match="--truth leaves no use"):
        lentigo.compare(run.path, run.path, truth="x.csv")
