"""S: what tells the class on the side."""

from __future__ import annotations

import re
from typing import Any

from lentigo.evaluation.checks.shortcuts import MissingShortcut, SizeShortcut, SourceShortcut

NAMES = {"class": ["MEL", "NV"] * 100}


def test_s301_source(audited: Any) -> None:
    found = SourceShortcut().look(audited(source=["HAM", "BCN"] * 100, **NAMES))
    assert re.search(r"balanced accuracy 1.00 \[0.9\d, 1.00\] \(chance 0.50\)", found.text)
    assert "HAM: 100% of 100 groups are MEL" in found.examples
    assert SourceShortcut().look(audited(source=["HAM", "HAM", "BCN", "BCN"] * 50, **NAMES)) is None


def test_s302_size(audited: Any) -> None:
    found = SizeShortcut().look(audited(width=[600, 1024] * 100, height=[450, 768] * 100, **NAMES))
    assert any(example.startswith("600 x 450") for example in found.examples)
    assert SizeShortcut().look(audited(width=[600] * 200, height=[450] * 200, **NAMES)) is None


def test_s303_missing_metadata(audited: Any) -> None:
    found = MissingShortcut().look(audited(sex=["male", ""] * 100, age_years=["40"] * 200, **NAMES))
    assert any(example.startswith("no sex, no site, no lesion: 100%") for example in found.examples)
    assert MissingShortcut().look(audited(sex=["male", "male", "", ""] * 50, **NAMES)) is None
