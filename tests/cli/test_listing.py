"""The list of verbs: every verb in a section, and told in full."""

from __future__ import annotations

import pytest

from lentigo.cli.app import VERBS, main
from lentigo.cli.listing import SECTIONS


def test_every_verb_stands_in_one_section() -> None:
    listed = [name for names in SECTIONS.values() for name in names]
    assert sorted(listed) == sorted({name.partition(" ")[0] for name in VERBS})


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_what_a_verb_does_is_not_cut_off(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([option]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "..." not in said.replace("[ARGS]...", "")
    assert "Data: data Fetch" in said
    assert "Exit code 1 for an error found." in said


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("lentigo 0.")


def test_completion_knows_the_verbs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_LENTIGO_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "lentigo cross")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert main([]) == 0
    assert capsys.readouterr().out.split() == ["crossvalidate"]
