"""The findings of an audit as a card: worst first."""

from __future__ import annotations

from typing import Any

from lentigo.report.cards.audit import audit_card


def check(code: str, severity: str, status: str, text: str = "") -> dict[str, Any]:
    told = {
        "title": f"title of {code}",
        "advice": "correct it",
        "examples": ["<script>"],
        "not_run": "no image",
    }
    return {"code": code, "severity": severity, "status": status, "text": text, **told}


def found(*checks: dict[str, Any], worst: str | None = "error") -> dict[str, Any]:
    counts = {"error": 1, "warning": 1, "notice": 0, "passed": 1, "not run": 1}
    counts = counts if worst else {**dict.fromkeys(counts, 0), "passed": 1}
    return {"n_images": 8, "n_groups": 7, "counts": counts, "worst": worst, "checks": checks, "remedy": []}


def test_findings_stand_before_what_passed_and_the_worst_first() -> None:
    card = audit_card(
        found(
            check("C1", "error", "passed"),
            check("S1", "warning", "found", "a warning"),
            check("L1", "error", "found", "<b>a leak</b>"),
        )
    )
    assert card.index("title of L1") < card.index("title of S1") < card.index("title of C1")
    assert "&lt;b&gt;a leak" in card
    assert "<script" not in card
    assert "1 error and 1 warning" in card


def test_nothing_found_is_good() -> None:
    card = audit_card(found(check("C1", "error", "passed"), worst=None))
    assert 'class="verdict good"' in card
    assert "Nothing found in 1 checks" in card
