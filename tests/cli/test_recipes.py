"""`lentigo recipes`: the list, and one recipe as a file that can be trained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lentigo.cli.app import main
from lentigo.settings.toml import load_recipe, recipe_names


def test_all_are_listed_with_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes", "--json"]) == 0
    found = {row["name"]: row for row in json.loads(capsys.readouterr().out)["recipes"]}
    assert sorted(found) == recipe_names()
    assert all(len(row["about"]) > 60 for row in found.values())
    assert all(row["command"].startswith("lentigo ") for row in found.values())


def test_the_list_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("augmented\n    The study's second network (S2)")
    assert max(map(len, said.splitlines())) <= 100


def test_what_is_shown_is_the_recipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes", "show", "baseline"]) == 0
    (tmp_path / "my.toml").write_text(capsys.readouterr().out)
    assert load_recipe(tmp_path / "my.toml") == load_recipe("baseline")


def test_a_name_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes", "show", "basline"]) == 2
    assert "did you mean baseline?" in capsys.readouterr().err
