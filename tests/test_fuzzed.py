"""The first cases of `benchmarks/fuzz.py` for everything that reads a stranger's bytes, every time."""

from __future__ import annotations

import argparse
import importlib
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
CASES = {"image": 400, "network": 100, "document": 200, "recipe": 150, "table": 60}


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("fuzz")


def options(count: int, small_job: Any, bundle_path: Path) -> argparse.Namespace:
    places = {"run": small_job.run, "bundle": bundle_path}
    return argparse.Namespace(**places, count=count, seconds=60, seed=1, state=None)


@pytest.mark.parametrize("target", CASES)
def test_mutated_files_are_read_or_refused(
    target: str, fuzz: ModuleType, small_job: Any, bundle_path: Path
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = fuzz.run_target_on(target, options(CASES[target], small_job, bundle_path))
    assert found.findings == []
    assert found.done == CASES[target]
    assert found.refused > found.done / 20


@pytest.mark.parametrize("target", ["bundle", "run"])
def test_no_flipped_bit_changes_an_answer(
    target: str, fuzz: ModuleType, small_job: Any, bundle_path: Path
) -> None:
    found = fuzz.run_target_on(target, options(60, small_job, bundle_path))
    assert found.findings == []
    assert found.refused > 30


def test_a_case_is_the_same_every_time(fuzz: ModuleType) -> None:
    target = fuzz.Target({"a": bytes(99), "b": b"b" * 99}, fuzz.mutated, len)
    assert [fuzz.case(target, 1, number) for number in range(9)] == [
        fuzz.case(target, 1, number) for number in range(9)
    ]
    assert len({fuzz.case(target, 1, number) for number in range(50)}) > 40


def test_findings_and_figures_are_kept_and_gone_on_from(
    fuzz: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_name: str, content: bytes) -> None:
        if content[0] & 1:
            raise ZeroDivisionError

    target = fuzz.Target({"a": bytes(9)}, lambda draw, *_: draw.randbytes(3), read)
    monkeypatch.setitem(fuzz.TARGETS, "made", lambda _options: target)
    asked = argparse.Namespace(count=20, seconds=60, seed=0, state=tmp_path)
    first = fuzz.run_target_on("made", asked)
    assert 0 < len(first.findings) < 20
    assert "ZeroDivisionError" in first.findings[0]
    kept = sorted(tmp_path.glob("made-*"))
    assert len(kept) == len(first.findings)
    asked.count = 30
    second = fuzz.run_target_on("made", asked)
    assert second.done == 30
    assert second.findings[: len(first.findings)] == first.findings
