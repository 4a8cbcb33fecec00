"""`lentigo search`, real and tiny: two generations of three, resumed, confirmed once; its winner a recipe."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lentigo.cli.app import main
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe

TINY = (
    "input.height=16", "input.width=20", "stages.0.epochs=1", "training.batch_size=32",
    "search.population=3", "search.elite=1", "search.genes.0.high=32", "search.inherit_weights=true",
)  # fmt: skip


def places(job: Any) -> list[str]:
    return ["--manifest", str(job.data), "--split", str(job.split)]


def command(job: Any, out: Path, *more: str) -> list[str]:
    settings = [part for setting in TINY for part in ("--set", setting)]
    return ["search", "genetic", *places(job), "--out", str(out), *settings, *more]


@pytest.fixture(scope="module")
def searched(small_data: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("searches") / "search"
    assert main(command(small_data, out, "--budget", "4")) == 0
    return out


def test_a_search_goes_on_confirms_once_and_leaves_a_winner(
    small_data: Any, searched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(small_data, searched, "--budget", "6", "--confirm", "--json")) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["num_trials"], record["num_failed"], record["sampler"]) == (6, 0, "genetic")
    runs = [RunDirectory(searched / "trials" / f"{number:04d}") for number in range(6)]
    assert all(run.record()["status"] == "finished" for run in runs)
    assert len({run.recipe().training.seed for run in runs}) == 6
    # offspring inherit what fits: the convolutions always do
    parent = record["winner"]["parent"] if record["winner"]["parent"] is not None else 0
    assert runs[5].recipe().training.start_from.startswith(str((searched / "trials").resolve()))
    assert not any(name.startswith("block") for name in runs[5].record()["started_from"]["fresh_layers"])
    assert runs[parent].record()["status"] == "finished"
    assert record["winner"]["fitness"] == max(run.history()[-1]["val_accuracy"] for run in runs)
    confirmation = record["confirmations"][-1]
    gap = confirmation["validation"]["value"] - confirmation["test"]["value"]
    assert confirmation["optimism"]["value"] == pytest.approx(gap)
    assert confirmation["validation"]["value"] == pytest.approx(record["winner"]["fitness"])
    page = (searched / "search.html").read_text(encoding="utf-8")
    assert "Lineage" in page
    winner = load_recipe(searched / "winner.toml")
    assert replace(winner, name="genetic") == RunDirectory(record["winner"]["run"]).recipe()

    assert main(command(small_data, searched, "--budget", "6", "--confirm")) == 0
    said = capsys.readouterr()
    assert "confirmed already" in said.err
    assert "selection optimism (validation minus test)" in said.out
    assert len(RunDirectory(record["winner"]["run"]).record()["test_looks"]) == 1


def test_what_cannot_be_searched_is_refused_with_the_remedy(
    small_data: Any, searched: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, remedy in (
        (command(small_data, searched, "--sampler", "tpe"), "another sampler"),
        (command(small_data, tmp_path / "new", "--sampler", "genetics"), "did you mean genetic?"),
        (command(small_data, tmp_path / "new", "--budget", "soon"), "such as 30m"),
        (["search", "baseline", *places(small_data), "--out", str(tmp_path / "x")], "no table [search]"),
        (["train", "genetic", *places(small_data), "--out", str(tmp_path / "y")], "lentigo search"),
    ):
        assert main(arguments) == 2
        assert remedy in capsys.readouterr().err
