"""Tools are named; one that is not installed says the command that installs it."""

from __future__ import annotations

import sys

import pytest

from lentigo.api.logs.known import LOGS, listening
from lentigo.cli.app import main
from lentigo.settings.errors import SettingsError
from lentigo.training.progress import TrainingProgress


class Counting(TrainingProgress):
    """Counts notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_without_a_name_everything_is_as_before() -> None:
    progress = Counting()
    assert listening(progress, "") is progress
    assert listening(None, "") is None


def test_whoever_listens_already_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lentigo.api.logs.known.needed", lambda _module: None)
    progress = Counting()
    told = listening(progress, "tensorboard")
    assert told is not None
    told.note("hello")
    assert progress.notes == ["hello"]


@pytest.mark.parametrize("log", LOGS)
def test_a_tool_that_is_not_installed_says_what_installs_it(
    log: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, LOGS[log].module, None)
    assert main(["train", "demo", "--manifest", "m", "--split", "s", "--out", "OUT", "--log", log]) == 2
    assert f'pip install "lentigo[{log}]"' in capsys.readouterr().err


def test_an_unknown_tool_names_the_nearest_and_trackio_the_way_there_is() -> None:
    with pytest.raises(SettingsError, match="did you mean tensorboard"):
        listening(None, "tensorbord")
    with pytest.raises(SettingsError, match="import that with trackio"):
        listening(None, "trackio")
