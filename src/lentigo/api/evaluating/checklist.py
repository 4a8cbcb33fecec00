"""An evaluated run and its data in; its reporting checklists, filled in as far as it knows, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from lentigo.data.manifest import Manifest
from lentigo.data.split import PARTS, Split
from lentigo.evaluation.evaluate import evaluated_parts
from lentigo.report.checklists.facts import ChecklistFacts
from lentigo.report.checklists.items import checklists_text
from lentigo.settings.files import write_text
from lentigo.settings.members import recipe_of
from lentigo.settings.run import RunDirectory

CHECKLISTS_FILE = "checklists.md"
TOLD = {"age_years": "age", "sex": "sex", "site": "site", "lesion_id": "lesion", "patient_id": "patient"}
"""Columns of the manifest that may be empty, in words."""


def write_checklists(run: RunDirectory, manifest: Manifest, split: Split) -> Path:
    """Write `checklists.md` into an evaluated run; returns its path."""
    path = run.path / CHECKLISTS_FILE
    write_text(path, checklists_text(checklist_facts(run, manifest, split)))
    return path


def checklist_facts(run: RunDirectory, manifest: Manifest, split: Split) -> ChecklistFacts:
    """Put together what the answers are written from."""
    table = manifest.table
    parts = [part for part in PARTS if len(split.rows(manifest, part))]
    groups = split.table.groupby("part")["group"].nunique()
    evaluation = evaluated_parts(run.evaluation_file)
    return ChecklistFacts(
        record=run.record(),
        recipe=recipe_of(run),
        evaluation=evaluation,
        counts={part: _class_counts(manifest, split, part) for part in parts},
        groups={part: int(groups[part]) for part in parts},
        sources=dict(Counter(table["source"].tolist()).most_common()),
        licences=dict(Counter(table["licence"].tolist()).most_common()),
        missing={told: _count_missing(table[name]) for name, told in TOLD.items()},
        split=split.facts,
        has_external=(run.path / "external").is_dir(),
    )


def _count_missing(column: pd.Series[Any]) -> int:
    return int((column.isna() | (column.astype(str) == "")).sum())


def _class_counts(manifest: Manifest, split: Split, part: str) -> Mapping[str, int]:
    counts = Counter(manifest.table["class"].iloc[split.rows(manifest, part)])
    return {name: counts[name] for name in manifest.class_names}
