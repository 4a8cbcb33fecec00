"""Functions as people call them: the result shows itself, and a notebook is told what happens."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

import lentigo
from lentigo.cli.app import VERBS
from lentigo.notebook.shown import Result
from lentigo.notebook.verb import options_of, verb
from lentigo.settings.errors import SettingsError

NOT_IN_PYTHON = {"serve"}
"""A service is a process of its own."""


def work(count: int, say: Callable[[str], None] = lambda _text: None, progress: Any = None) -> dict[str, Any]:
    """Work."""
    say("working")
    if progress:
        progress(count)
    return {"count": count}


told: list[int] = []


@contextmanager
def listener() -> Iterator[Callable[[int], None]]:
    yield told.append


def test_every_verb_of_the_command_line_is_a_function_by_the_same_words() -> None:
    for words in VERBS:
        if words not in NOT_IN_PYTHON:
            name = words.replace(" ", "_").replace("-", "_")
            assert callable(getattr(lentigo, name)), name
            assert name in lentigo.__all__


def test_everything_at_the_top_is_there_and_says_what_it_is_for() -> None:
    assert set(lentigo.__all__) <= set(dir(lentigo))
    for name in lentigo.__all__:
        assert inspect.getdoc(getattr(lentigo, name)), name
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        _ = lentigo.trian


def test_a_verb_is_not_hidden_by_a_module_once_that_is_imported() -> None:
    import lentigo.searching.genome

    assert callable(lentigo.search)


def test_the_result_is_plain_data_and_the_signature_stays() -> None:
    function = verb(work, Result, listener)
    assert function(3) == {"count": 3}
    assert isinstance(function(3), Result)
    assert list(inspect.signature(function).parameters) == ["count", "say", "progress"]


def test_outside_of_notebooks_nobody_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    verb(work, Result, listener)(3)
    assert capsys.readouterr().out == ""
    assert not told


def test_a_notebook_is_told_unless_somebody_else_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("lentigo.notebook.verb.in_notebook", lambda: True)
    mine: list[int] = []
    verb(work, Result, listener)(3)
    verb(work, Result, listener)(4, print, mine.append)
    verb(work, Result)(5)
    assert told == [3]
    assert mine == [4]
    assert capsys.readouterr().out.splitlines() == ["working"] * 3
    told.clear()


@dataclass(frozen=True)
class Options:
    """Some."""

    folds: int = 0


def test_options_are_taken_by_name_and_a_wrong_one_names_the_nearest() -> None:
    assert options_of(Options, {"folds": 5}) == Options(5)
    with pytest.raises(SettingsError, match="no option fold; did you mean folds"):
        options_of(Options, {"fold": 5})
