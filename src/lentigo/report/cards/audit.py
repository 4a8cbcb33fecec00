"""What `audit.json` holds in, its findings out: worst first, what passed folded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lentigo.report.cards.frame import framed
from lentigo.report.pages.audit_page import TONE, headline

WORST_FIRST = {"error": 0, "warning": 1, "notice": 2}


def audit_card(result: Mapping[str, Any]) -> str:
    """The findings of an audit."""
    found = [check for check in result["checks"] if check["status"] == "found"]
    return framed(
        "audit.html.j2",
        {
            "result": result,
            "headline": headline(result),
            "tone": TONE.get(result["worst"] or "", "good").replace("plain", "good"),
            "tones": TONE,
            "found": sorted(found, key=lambda check: WORST_FIRST[check["severity"]]),
            "others": [check for check in result["checks"] if check["status"] != "found"],
        },
    )
