"""The order of pairs, and what is written when nothing can be shown; see also test_auditing.py."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lentigo.api.auditing.audit_document import AuditFiles, document, pairs_table, write_audit
from lentigo.evaluation.checks.audited import COLUMNS, Audited
from lentigo.evaluation.checks.check import run_checks
from lentigo.evaluation.checks.table import all_checks


def audited() -> Audited:
    table = pd.DataFrame({name: [""] * 4 for name in COLUMNS})
    table = table.assign(width=0, height=0, is_changed=False, image_id=list("abcd"), group=list("abcd"))
    table["known_group"] = ["a", "a", "c", "d"]
    table["part"] = ["train", "train", "train", "test"]
    table["class"] = ["NV", "NV", "MEL", "NV"]
    return Audited(table, ("train", "test"))


PAIRS = pd.DataFrame(
    {
        "first": [0, 0, 1, 2],
        "second": [1, 2, 3, 3],
        "kind": ["bytes", "near", "near", "near"],
        "agreement": [1.0, 0.7, 0.9, 0.8],
        "change": ["", "", "", ""],
    }
)


def test_the_worst_pairs_come_first() -> None:
    table = pairs_table(audited(), PAIRS)
    named = [a + b for a, b in zip(table["image_name_1"], table["image_name_2"], strict=True)]
    # in two parts and of two classes, in two parts, of two classes, the rest
    assert named == ["cd", "bd", "ac", "ab"]
    assert table["is_linked_by_ids"].tolist() == [False, False, False, True]


def test_counts_of_pairs_and_checks_and_no_picture_without_files(tmp_path: Path) -> None:
    data = audited()
    outcomes = run_checks(all_checks(), data)
    found = document(data, outcomes, PAIRS, {"command": "lentigo audit"})
    assert found["pairs"]["near"] == {"n": 3, "n_across_parts": 2}
    assert sum(found["counts"].values()) == len(all_checks()) == len(found["checks"])
    (tmp_path / "pairs.jpg").write_bytes(b"of an earlier audit")
    write_audit(tmp_path, found, AuditFiles(data, PAIRS, []))
    assert {path.name for path in tmp_path.iterdir()} == {"audit.json", "audit.html", "pairs.csv"}
