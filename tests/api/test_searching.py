"""`api.search` with a stub for training: the page beside other searches, and confirming once a winner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lentigo.api import searching
from lentigo.cluster.tasks import Task, Teller
from lentigo.settings.errors import RunError
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory

OURS = {
    "manifest": {"sha256": "m"},
    "split": {"hash": "s"},
    "fitness": "val_accuracy",
    "winner": {"number": 0},
}


def train_stub(_teller: Teller, recipe: Recipe, out: Path) -> None:
    run = RunDirectory(out)
    run.path.mkdir(parents=True, exist_ok=True)
    run.write_recipe(recipe)
    run.update_record(status="finished", seconds=1.0)
    value = 1 - abs(recipe.model.head[0].rate - 0.3)
    run.history_file.write_text(f'{{"stage": 0, "val_accuracy": {value}}}\n', encoding="utf-8")


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    def training_tasks(*_data: Any) -> Any:
        return lambda name, recipe, _split, out: Task(name, train_stub, {"recipe": recipe, "out": out})

    monkeypatch.setattr(searching, "training_tasks", training_tasks)


def search(job: Any, out: Path, sampler: str, **more: Any) -> dict[str, Any]:
    return searching.search(
        "genetic",
        job.data,
        job.split,
        out,
        budget="3",
        sampler=sampler,
        overrides=["search.population=3"],
        **more,
    )


def test_searches_on_the_same_data_stand_in_one_picture(
    small_data: Any, tmp_path: Path, stubbed: None
) -> None:
    search(small_data, tmp_path / "by-chance", "random")
    search(small_data, tmp_path / "bred", "genetic", beside=[tmp_path / "by-chance"])
    page = (tmp_path / "bred" / "search.html").read_text(encoding="utf-8")
    assert "random (by-chance)" in page
    with pytest.raises(RunError, match="no search with a result"):
        search(small_data, tmp_path / "bred", "genetic", beside=[tmp_path / "nothing"])


def test_a_winner_is_confirmed_once(
    small_data: Any, tmp_path: Path, stubbed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []

    def evaluate(run: Any, *, part: str, **_more: Any) -> dict[str, Any]:
        looks.append(part)
        value = {"validation": 0.8, "test": 0.7}[part]
        return {"metrics": {"accuracy": {"value": value, "low": value - 0.1, "high": value + 0.1}}}

    monkeypatch.setattr(searching, "evaluate", evaluate)
    for _ in range(2):
        record = search(small_data, tmp_path / "bred", "genetic", confirm=True)
    assert looks == ["validation", "test"]
    assert record["confirmations"][0]["optimism"]["value"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    "change", [{"manifest": {"sha256": "x"}}, {"split": {"hash": "x"}}, {"fitness": "val_balanced_accuracy"}]
)
def test_searches_on_other_data_are_not_compared(change: dict[str, Any]) -> None:
    searching._check_comparable(OURS, OURS, "same")
    with pytest.raises(RunError, match="not comparable"):
        searching._check_comparable(OURS, {**OURS, **change}, "other")
