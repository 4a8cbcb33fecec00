"""The command as a whole: what an error looks like, exit codes, and that help answers at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lentigo.cli import output
from lentigo.cli.app import VERBS, main


def test_a_mistake_is_one_message_without_traceback_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "import", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert "error:" in said.err
    assert "nowhere" in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "arguments", [["no-such-verb"], ["split"], ["train", "x"], ["evaluate", "x", "--part", "train"]]
)
def test_misuse_exits_with_2(arguments: list[str]) -> None:
    assert main(arguments) == 2


def test_an_unknown_recipe_is_named_before_anything_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "basline", "--manifest", "m", "--split", "s", "--out", str(tmp_path / "run")]
    assert main(arguments) == 2
    assert "did you mean baseline?" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_help_needs_no_framework() -> None:
    """`lentigo --help` must not import what takes seconds."""
    code = (
        "import sys; from lentigo.cli.app import main; main(['--help']);"
        "slow = {'keras', 'tensorflow', 'pandas', 'matplotlib', 'sklearn', 'cv2'} & set(sys.modules);"
        "sys.exit(f'imported {slow}' if slow else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "not a medical device" in " ".join(done.stdout.split())


def count(number: int, json: bool = False) -> None:
    """Count sheep before sleeping."""
    output.result(f"{number} sheep", {"sheep": number}, json)


@pytest.mark.parametrize("name", ["count", "data count", "field count"])
def test_one_row_adds_a_verb(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(VERBS, name, count)
    *group, word = name.split()
    assert main([*group, "--help"]) == 0
    assert f"{word}  " in capsys.readouterr().out
    assert main([*group, word, "3"]) == 0
    assert capsys.readouterr().out == "3 sheep\n"
    assert main([*group, word]) == 2
