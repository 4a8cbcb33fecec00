"""Bars below a cell."""

from __future__ import annotations

from typing import Any

import pytest

from lentigo.notebook import screen
from lentigo.training.progress import StageStart, StepDone


class Place:
    """What `display` gives back; keeps every picture."""

    def __init__(self, pictures: list[str]) -> None:
        self._pictures = pictures

    def update(self, picture: Any) -> None:
        self._pictures.append(picture.data)


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    shown: list[str] = []

    def display(picture: Any, display_id: bool) -> Place:
        assert display_id
        shown.append(picture.data)
        return Place(shown)

    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr(screen, "SECONDS", 0.0)
    return shown


def test_this_is_no_notebook() -> None:
    assert not screen.in_notebook()


def test_a_bar_a_phase_in_one_place_and_nothing_is_left(pictures: list[str]) -> None:
    with screen.phases() as tell:
        tell("reading <images>", 0, 0)
        tell("reading <images>", 1, 4)
        tell("drawing", 4, 4)
    assert "&lt;images&gt;" in pictures[0]
    assert 'value="0.2500"' in pictures[1]
    assert "drawing" in pictures[2]
    assert pictures[-1] == ""


def test_a_failure_takes_the_bars_away_too(pictures: list[str]) -> None:
    def fail(tell: Any) -> None:
        tell(1, 2)
        raise KeyError

    with pytest.raises(KeyError), screen.steps("predicting")() as told:
        fail(told)
    assert "predicting" in pictures[0]
    assert pictures[-1] == ""


def test_a_training_has_two_bars_and_leaves_its_lines(
    pictures: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with screen.training() as progress:
        progress.preparing(1, 2)
        progress.stage_started(StageStart(0, 1, "head", 0, 2, 10))
        progress.step_done(StepDone(1, 4, 0.5, 0.25))
        progress.note("<resumed>")
    assert pictures[-2].count("<progress") == 2
    assert "whole training" in pictures[-2]
    said = capsys.readouterr().out
    assert "stage 1/1 (head): 10 parameters learn, 2 epochs" in said
    assert "<resumed>" in said
