"""What an audit has found in; `audit.json`, `audit.html`, `pairs.csv` and the contact sheet out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo.api.data.remedies import PAIRS_FILE, remedy_commands
from lentigo.data.images.pixels import decode, inspect
from lentigo.data.tables import write_table
from lentigo.evaluation.checks.association import Association
from lentigo.evaluation.checks.audited import Audited
from lentigo.evaluation.checks.check import NEEDS, Outcome, worst
from lentigo.evaluation.checks.exposure import exposure
from lentigo.evaluation.checks.labels import class_counts
from lentigo.evaluation.checks.shortcuts import Shortcut
from lentigo.evaluation.checks.table import all_checks
from lentigo.report.pages.audit_page import AuditReport, write_audit_page
from lentigo.report.pages.pair_sheet import PairTile, draw_pair_sheet
from lentigo.settings.errors import ImageError
from lentigo.settings.files import make_folder, write_json
from lentigo.settings.run import NOTICE

SCHEMA_VERSION = 2
SHOWN_PAIRS = 24
TILE_SIDE = 256
_SHOCK = ("near", "pixels", "bytes", "twin", "image")
"""Kinds of pairs, that which nobody would know from a table first."""


@dataclass(frozen=True)
class AuditFiles:
    """What the tables and pictures of an audit are made from."""

    audited: Audited
    pairs: pd.DataFrame
    """As of `data/copies/copies.py`."""
    files: Sequence[Path | None]
    """The file of each row; empty where no images were read."""


def document(
    audited: Audited,
    outcomes: Sequence[Outcome],
    pairs: pd.DataFrame,
    facts: Mapping[str, Any],
    out: Path | None = None,
) -> dict[str, Any]:
    """What `audit.json` holds; `out` is the folder where it and `pairs.csv` are to lie, if any."""
    counts = Counter(
        outcome.check.severity.name.lower() if outcome.finding else outcome.status for outcome in outcomes
    )
    severity = worst(outcomes)
    named = pairs_table(audited, pairs)
    checks = [_entry(outcome) for outcome in outcomes]
    return {
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "data": dict(facts),
        "n_images": len(audited.table),
        "n_groups": int(audited.table["group"].nunique()),
        "parts": {part: int((audited.table["part"] == part).sum()) for part in audited.parts},
        "is_folds": audited.is_folds,
        "worst": severity.name.lower() if severity else None,
        "counts": {name: counts[name] for name in ("error", "warning", "notice", "passed", "not run")},
        "checks": checks,
        "remedy": remedy_commands(checks, facts, out),
        "exposure": exposure(audited),
        "class_counts": {
            str(part): {str(name): int(n) for name, n in row.items()}
            for part, row in class_counts(audited).iterrows()
        },
        "associations": _associations(audited),
        "pairs": {
            kind: {"n": int((named["kind"] == kind).sum()), "n_across_parts": int(across.sum())}
            for kind in _SHOCK
            for across in [(named["kind"] == kind) & (named["part_1"] != named["part_2"])]
        },
    }


def _entry(outcome: Outcome) -> dict[str, Any]:
    check, finding = outcome.check, outcome.finding
    return {
        "code": check.code,
        "title": check.title,
        "severity": check.severity.name.lower(),
        "status": outcome.status,
        "not_run": outcome.not_run,
        "n_images": finding.n_images if finding else 0,
        "text": finding.text if finding else "",
        "examples": list(finding.examples) if finding else [],
        "advice": check.advice,
    }


def _associations(audited: Audited) -> list[dict[str, Any]]:
    """What each attribute tells of the class, found worth a finding or not."""
    entries = []
    for check in all_checks():
        if not isinstance(check, Shortcut) or not all(NEEDS[name][1](audited) for name in check.needs):
            continue
        found = check.association(audited)
        if found is not None:
            entries.append({"code": check.code, "what": check.what, **_association_facts(found)})
    return entries


def _association_facts(found: Association) -> dict[str, Any]:
    counts = found.counts.head(12)
    return {
        "cramers_v": found.cramers_v.as_json(),
        "p_value": found.p_value,
        "balanced_accuracy": found.balanced_accuracy.as_json(),
        "chance": found.chance,
        "counts": {str(v): {str(c): int(n) for c, n in row.items()} for v, row in counts.iterrows()},
    }


def pairs_table(audited: Audited, pairs: pd.DataFrame) -> pd.DataFrame:
    """`pairs.csv`: image_name_1, image_name_2 (as `lentigo data link` takes them) and what is known.

    The worst come first: in two parts, of two classes, linked by no id, near-duplicates.
    """
    table = audited.table
    rows = {"1": pairs["first"].to_numpy(dtype=int), "2": pairs["second"].to_numpy(dtype=int)}
    named = {
        f"{title}_{end}": table[column].to_numpy(object)[rows[end]]
        for column, title in (("image_id", "image_name"), ("part", "part"), ("class", "class"))
        for end in rows
    }
    groups = table["known_group"].to_numpy(object)
    result = pd.DataFrame(
        {
            **named,
            "kind": pairs["kind"].to_numpy(object),
            "agreement": pairs["agreement"].astype(float).round(3).to_numpy(),
            "change": pairs["change"].to_numpy(object),
            "is_linked_by_ids": groups[rows["1"]] == groups[rows["2"]],
            "first": rows["1"],
            "second": rows["2"],
        }
    )
    order = pd.DataFrame(
        {
            "across": result["part_1"] == result["part_2"],
            "conflict": result["class_1"] == result["class_2"],
            "linked": result["is_linked_by_ids"],
            "kind": result["kind"].map({kind: place for place, kind in enumerate(_SHOCK)}),
            "agreement": -result["agreement"].fillna(1),
        }
    )
    return result.loc[order.sort_values(order.columns.tolist(), kind="stable").index].reset_index(drop=True)


def write_audit(out: Path, result: dict[str, Any], files: AuditFiles) -> None:
    """Write `audit.json`, `pairs.csv`, `pairs.jpg` (where pictures can be shown) and `audit.html`."""
    make_folder(out)
    pairs = pairs_table(files.audited, files.pairs)
    write_table(out / PAIRS_FILE, pairs.drop(columns=["first", "second"]))
    tiles = _tiles(pairs, files.files)
    if tiles:
        draw_pair_sheet(out / "pairs.jpg", tiles)
    else:
        (out / "pairs.jpg").unlink(missing_ok=True)
    write_json(out / "audit.json", result)
    write_audit_page(out / "audit.html", AuditReport(result, tiles, len(pairs)))


def _tiles(pairs: pd.DataFrame, files: Sequence[Path | None]) -> list[PairTile]:
    """The worst pairs whose files can be shown, each once; the same id twice shows nothing new."""
    tiles: list[PairTile] = []
    if not files:
        return tiles
    for row in pairs[pairs["kind"] != "image"].drop_duplicates(["first", "second"]).to_dict("records"):
        first, second = (_picture(files[row[end]]) for end in ("first", "second"))
        if first is not None and second is not None:
            tiles.append(PairTile(first, second, {str(name): value for name, value in row.items()}))
        if len(tiles) == SHOWN_PAIRS:
            break
    return tiles


def _picture(file: Path | None) -> NDArray[np.uint8] | None:
    try:
        if file is None:
            return None
        facts = inspect(file)
        scale = TILE_SIDE / max(facts.width, facts.height)
        height, width = (max(1, round(length * scale)) for length in (facts.height, facts.width))
        return decode(file, height, width)
    except (ImageError, OSError):
        return None
