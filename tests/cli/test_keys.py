"""`lentigo keys`: keys by part of their path, or by what others call them."""

from __future__ import annotations

import json

import pytest

from lentigo.cli.app import main
from lentigo.settings.keys import recipe_keys


def test_all_keys_with_meaning_default_and_range(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["keys"]
    assert [row["path"] for row in found] == [key.path for key in recipe_keys()]


def test_a_part_of_a_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "batch_size"]) == 0
    assert capsys.readouterr().out == (
        "training.batch_size  int between 1 and 65536, 32\n    Images a step.\n"
    )


def test_another_tools_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "learning_rate"]) == 0
    assert capsys.readouterr().out.startswith("stages.0.lr  float in (0, 10], 0.001\n")


def test_no_such_key_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "zzz"]) == 2
    assert "no key of a recipe has 'zzz'" in capsys.readouterr().err
