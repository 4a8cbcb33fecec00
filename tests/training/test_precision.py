"""Precision `auto`: asked, measured, and kept by a resume; never bfloat16 on trust."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from lentigo.training import backend, precision
from lentigo.training.precision import choose_precision, has_bfloat16, measured_speed_up


def processor(folder: Path, *flags: str) -> Path:
    file = folder / "cpuinfo"
    file.write_text(f"processor\t: 0\nflags\t\t: fpu sse2 {' '.join(flags)}\nbogomips\t: 4200.00\n")
    return file


def on_a_machine(monkeypatch: pytest.MonkeyPatch, has: bool | None, speed_up: float) -> None:
    monkeypatch.setattr(precision, "has_bfloat16", lambda: has)
    monkeypatch.setattr(precision, "measured_speed_up", lambda: speed_up)
    monkeypatch.setattr(backend, "is_tensorflow_on_cpu", lambda: True)


@pytest.mark.parametrize("flag", ["avx512_bf16", "amx_bf16"])
def test_a_processor_that_multiplies_bfloat16_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert has_bfloat16(processor(tmp_path, "avx512f", flag)) is True
    assert has_bfloat16(processor(tmp_path, "avx512f", "amx_int8", "avx512_vnni")) is False


def test_a_machine_that_cannot_be_asked_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "cpuinfo"
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert has_bfloat16(file) is None
    file.write_text("processor\t: 0\n")
    assert has_bfloat16(file) is None
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert has_bfloat16(processor(tmp_path, "amx_bf16")) is None


@pytest.mark.parametrize(
    ("has", "speed_up", "chosen"),
    [
        (True, 2.0, "mixed_bfloat16"),
        (True, 1.1, "float32"),  # the flag alone is no proof: the framework may not use it
        (False, 9.0, "float32"),  # not even measured
        (None, 2.0, "mixed_bfloat16"),
        (None, 0.6, "float32"),
    ],
)
def test_bfloat16_needs_a_processor_that_may_and_a_measurement_that_does(
    monkeypatch: pytest.MonkeyPatch, has: bool | None, speed_up: float, chosen: str
) -> None:
    on_a_machine(monkeypatch, has, speed_up)
    choice = choose_precision("auto", {}, is_resumed=False)
    assert choice.precision == chosen
    assert ("none of amx_bf16, avx512_bf16" if has is False else f"{speed_up} times") in choice.reason


def test_what_the_recipe_says_is_not_questioned(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_machine(monkeypatch, False, 0.5)
    assert choose_precision("mixed_bfloat16", {}, is_resumed=False).precision == "mixed_bfloat16"
    on_a_machine(monkeypatch, True, 3.0)
    assert choose_precision("float32", {}, is_resumed=False).precision == "float32"


def test_a_resume_decides_nothing_and_a_fresh_start_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_machine(monkeypatch, False, 0.5)
    before = {"precision": "mixed_bfloat16", "precision_reason": "measured at home"}
    kept = choose_precision("auto", before, is_resumed=True)
    assert (kept.precision, kept.reason) == ("mixed_bfloat16", "measured at home")
    assert choose_precision("auto", before, is_resumed=False).precision == "float32"
    assert choose_precision("auto", {}, is_resumed=True).precision == "float32"


def test_a_measurement_takes_about_as_long_as_asked_and_finds_a_ratio() -> None:
    assert 0.01 < measured_speed_up(seconds=0.0) < 100
