"""The page of an audit: complete, self-contained, and hostile names stay names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.report.pages.audit_page import AuditReport, headline, write_audit_page
from lentigo.report.pages.pair_sheet import PairTile

HOSTILE = "<script>alert(1)</script>.jpg"


def check(code: str, severity: str, status: str, **facts: Any) -> dict[str, Any]:
    usual = {"title": f"title of {code}", "advice": "correct it", "n_images": 0, "text": "", "examples": []}
    return {"code": code, "severity": severity, "status": status, "not_run": "", **usual, **facts}


def figure(value: float) -> dict[str, Any]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 7, "n_groups": 7}


def result(**facts: Any) -> dict[str, Any]:
    exposed = {
        "part": "test", "class": "all", "n_images": 3, "n_linked": 1, "share": 1 / 3, "n_lesions_known": 3,
        "lesion_share": 1 / 3, "expected_lesion_share": 0.6,
    }  # fmt: skip
    usual = {
        "n_images": 8, "n_groups": 7, "parts": {"train": 5, "test": 3}, "is_folds": False, "worst": "error",
        "counts": {"error": 1, "warning": 0, "notice": 2, "passed": 4, "not run": 1},
        "checks": [
            check("L104", "error", "found", text="1 of 3 test images", examples=[HOSTILE]),
            check("C204", "error", "passed"),
            check("F401", "error", "not run", not_run="no image was read"),
        ],
        "exposure": [exposed, {**exposed, "class": "MEL"}],
        "class_counts": {"train": {"MEL": 2, "NV": 3}, "test": {"MEL": 3, "NV": 0}},
        "associations": [
            {
                "code": "S301", "what": "the source", "cramers_v": figure(0.3), "p_value": 0.0,
                "balanced_accuracy": figure(0.4), "chance": 0.5, "counts": {"HAM": {"MEL": 3, "NV": 1}},
            },
        ],
        "pairs": {"near": {"n": 1, "n_across_parts": 1}},
        "remedy": ["lentigo data link DATA pairs.csv", "lentigo split DATA"],
        "data": {"command": "lentigo audit DATA", "lists": {"train": "a.csv"}},
    }  # fmt: skip
    return {**usual, **facts}


@pytest.fixture
def page(tmp_path: Path) -> str:
    row = {
        "image_name_1": HOSTILE, "image_name_2": "b", "part_1": "train", "part_2": "test", "class_1": "NV",
        "class_2": "MEL", "kind": "near", "agreement": 0.9, "change": "", "is_linked_by_ids": False,
    }  # fmt: skip
    grey = np.full((32, 32, 3), 90, dtype=np.uint8)
    report = AuditReport(result(), [PairTile(grey, grey, row)], 1)
    return write_audit_page(tmp_path / "audit.html", report).read_text(encoding="utf-8")


def test_the_page_says_everything(page: str) -> None:
    told = (
        "title of L104", "1 of 3 test images", "no image was read", "33.3", "60.0", "lentigo audit DATA",
        "no id links them", "1 error and 2 notices", "train a.csv",
        "balanced accuracy 0.400 (0.300 to 0.500)", "V 0.30 (0.20 to 0.40)",
        "lentigo data link DATA pairs.csv &amp;&amp;\nlentigo split DATA",
    )  # fmt: skip
    for text in told:
        assert text in page, text


def test_it_needs_and_runs_nothing(page: str) -> None:
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("data:image/jpeg;base64,") == 2


def test_an_audit_without_parts_and_findings_is_a_page_too(tmp_path: Path) -> None:
    empty = result(
        parts={}, exposure=[], class_counts={}, associations=[], pairs={}, worst=None, checks=[], remedy=[],
        counts={"error": 0, "warning": 0, "notice": 0, "passed": 25, "not run": 0},
    )  # fmt: skip
    text = write_audit_page(tmp_path / "audit.html", AuditReport(empty)).read_text()
    assert "Nothing found in 25 checks" in text
    assert "not divided into parts" in text


def test_headlines() -> None:
    assert headline(result()) == "1 error and 2 notices"
    counts = {"error": 2, "warning": 1, "notice": 0, "passed": 0, "not run": 0}
    assert headline(result(counts=counts)) == "2 errors and 1 warning"
