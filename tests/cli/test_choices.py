"""Outputs are looked at before the work begins; help names what tables hold, at the moment it is shown."""

from __future__ import annotations

import inspect
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from lentigo.cli.app import MISUSE, VERBS, build_app, main
from lentigo.cli.choices import OUTPUTS, TABLES


@pytest.mark.parametrize("key", TABLES)
def test_every_table_is_there_and_has_names(key: str) -> None:
    module, _, table = TABLES[key].rpartition(".")
    names = list(getattr(import_module(module), table))
    assert names
    assert all(isinstance(name, str) for name in names)


def test_without_the_table_help_is_shown_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "lentigo.data.sources", None)  # what an import then meets: ImportError
    assert main(["data", "import", "--help"]) == 0
    assert "guess, or one of the names in lentigo.data.sources" in " ".join(capsys.readouterr().out.split())


def outputs() -> list[tuple[str, str]]:
    """Every verb with an output, and what that is called."""
    return [
        (verb, name)
        for verb, function in VERBS.items()
        for name in OUTPUTS
        if name in inspect.signature(function).parameters
    ]


def arguments(verb: str, output: str, path: Path) -> list[str]:
    """The verb's command line, `x` for whatever else it needs."""
    command: Any = typer.main.get_command(build_app())
    for word in verb.split():
        command = command.commands[word]
    words = verb.split()
    for option in command.params:
        if option.required or option.name == output:
            value = str(path) if option.name == output else "x"
            words += [value] if option.param_type_name == "argument" else [option.opts[0], value]
    return words


@pytest.mark.parametrize(("verb", "output"), outputs())
def test_no_verb_replaces_what_is_no_regular_file(
    verb: str, output: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "nothing").symlink_to("missing")
    for name, reason in (("pipe", "no regular file"), ("nothing", "a link to nothing")):
        assert main(arguments(verb, output, tmp_path / name)) == MISUSE
        assert f"{name} is {reason}" in capsys.readouterr().err
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "nothing").is_symlink()
