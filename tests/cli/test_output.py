"""What is printed: numbers with intervals, hostile names made harmless."""

from __future__ import annotations

import json

import pytest

from lentigo.cli import output


def test_control_and_direction_characters_are_shown_not_obeyed() -> None:
    assert output.printable("a\x1b[31mb\u202egpj.exe") == "a\\x1b[31mb\\u202egpj.exe"
    assert output.printable("Muttermal \u00e4\n") == "Muttermal \u00e4\n"


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        ({"value": 0.8124, "low": 0.7736, "high": 0.848}, "0.812 [0.774, 0.848]"),
        ({"value": None, "low": None, "high": None}, "undefined"),
        ({"value": 1.0, "low": None, "high": None}, "1.000 [interval undefined]"),
        (None, "undefined"),
    ],
)
def test_a_number_is_shown_with_its_interval_or_as_undefined(
    interval: dict[str, float | None] | None, text: str
) -> None:
    assert output.number(interval) == text


def test_json_is_one_object_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    output.result("text", {"a": [1, None]}, as_json=True)
    said = capsys.readouterr()
    assert json.loads(said.out) == {"a": [1, None]}
    assert said.err == ""


def test_markup_in_a_name_is_not_markup(capsys: pytest.CaptureFixture[str]) -> None:
    output.error("img[/].jpg [bold]")
    assert "img[/].jpg [bold]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations_for_people(seconds: float, text: str) -> None:
    assert output.duration(seconds) == text


def test_one_is_not_many() -> None:
    assert [output.counted(n, "epoch") for n in (0, 1, 2, 8114)] == [
        *("0 epochs", "1 epoch", "2 epochs", "8,114 epochs")
    ]


def test_without_a_terminal_progress_is_lines_with_the_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr("lentigo.cli.output.time.monotonic", lambda: now[0])
    with output.progress("decoding") as advance:
        for done in range(1, 101):
            now[0] += 1.0
            advance(done, 100)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == [
        f"decoding: {done} of 100, about {output.duration(100 - done)} left" for done in (30, 60, 90)
    ]
