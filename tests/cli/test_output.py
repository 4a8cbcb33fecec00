"""What is printed: numbers with intervals, hostile names made harmless."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from lentigo.cli import output
from lentigo.settings.errors import FileError


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


def test_each_phase_has_its_own_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr("lentigo.cli.output.time.monotonic", lambda: now[0])
    with output.phases() as advance:
        for phase, seconds in (("reading", 4.0), ("comparing", 1.0)):
            advance(phase, 0, 0)
            for done in range(1, 41):
                now[0] += seconds
                advance(phase, done, 40)
    lines = capsys.readouterr().err.splitlines()
    told = [line.split(" ", 1)[1] for line in lines]
    assert told[0] == "reading: 8 of 40, about 2 min 8 s left"
    assert told[-1] == "comparing: 30 of 40, about 10 s left"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("arguments", [["sbom"], ["--help"], ["predict", "BUNDLE", "IMAGE"]])
def test_a_full_standard_output_is_an_error_and_not_a_trace(
    arguments: list[str], bundle_path: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (64, 48), "sienna").save(tmp_path / "a.png")
    places = {"BUNDLE": str(bundle_path), "IMAGE": str(tmp_path / "a.png")}
    command = [sys.executable, "-m", "lentigo", *(places.get(one, one) for one in arguments)]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "cannot" in done.stderr
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_reader_that_has_left_ends_quietly_and_a_closed_output_is_said(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(SystemExit) as stop:
            output.write("x" * 100_000)
    assert stop.value.code == output.READER_HAS_LEFT
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(FileError, match=r"standard output cannot be written \(it is closed\)"):
        output.write("x")
    assert capfd.readouterr().err == ""


def test_advice_that_cannot_be_written_does_not_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full" if Path("/dev/full").exists() else os.devnull, "w", buffering=1) as full:
        monkeypatch.setattr(sys, "stderr", full)
        output.advise("a" * 10_000)
        with output.progress("predicting") as advance:
            advance(1, 2)
        monkeypatch.undo()
        output.stderr.file.flush()
        with suppress(OSError):
            full.close()
    monkeypatch.setattr(sys, "stderr", None)
    output.error("nobody reads this")


def test_names_that_no_character_set_has_are_shown_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    name = os.fsdecode(b"M\xe4rz-\xc3\xa4.jpg")
    for encoding in ("utf-8", "ascii"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        output.result("", {"name": name}, as_json=True)
        stream.flush()
        said = stream.buffer.getvalue()
        assert json.loads(said) == {"name": "M\\udce4rz-\u00e4.jpg"}
