"""The table of checks: codes in order, each documented and tested."""

from __future__ import annotations

import re
from pathlib import Path

from lentigo.evaluation.checks.check import NEEDS
from lentigo.evaluation.checks.table import CHAPTERS, all_checks


def test_codes_are_unique_and_by_letter_in_order() -> None:
    codes = [check.code for check in all_checks()]
    assert len(set(codes)) == len(codes)
    numbers = [int(code[1:]) for code in codes]
    assert numbers == sorted(numbers)
    for letter, chapter in CHAPTERS.items():
        assert all(re.fullmatch(rf"{letter}\d{{3}}", check.code) for check in chapter.checks)


def test_every_check_says_what_and_what_to_do_and_needs_only_what_there_is() -> None:
    for check in all_checks():
        assert check.title
        assert check.advice.endswith((".", "?"))
        assert set(check.needs) <= set(NEEDS)


def test_every_check_has_its_own_test() -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    for check in all_checks():
        assert f"def test_{check.code.lower()}_" in tests, check.code
