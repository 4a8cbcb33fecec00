# ruff: noqa: E501 - lines of a page
"""What leaks in public splits of ISIC 2018 and 2019, by `lentigo audit` alone; writes docs/leaderboard.md.

    python benchmarks/leaderboard.py LISTS TABLES [--out docs/leaderboard.md]

LISTS holds the lists of image ids that the repositories give, TABLES the official tables with lesions. Lists that
no repository gives are made by its own lines (`train_test_split`, copies before `KFold`). Exits with 1 where a share
is more than 0.1 points from an independent recomputation.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, train_test_split

import lentigo
from lentigo.api.auditing.auditing import AuditOptions

TOLERANCE = 0.1
"""Points that a share may differ from its independent recomputation."""
NO_LIST = "no list is published"


@dataclass(frozen=True)
class Row:
    """One public split and what it claims."""

    source: str
    """Repository, commit, file."""
    claim: str
    rule: str
    lists: Mapping[str, Path] = field(default_factory=dict)
    """part -> list; empty where there is none to be had."""
    metadata: Path | None = None
    recomputed: Mapping[str, float] = field(default_factory=dict)
    """Part, or part and class -> percent, recomputed by somebody else's code."""
    left: str = ""
    """Of the claim, where images that leak can be dropped."""


def rows(lists: Path, tables: Path, work: Path) -> list[Row]:
    """Every split, those without a list made by their repository's own lines."""
    ham, isic = tables / "HAM10000_metadata.csv", tables / "ISIC_2019_Training_Metadata.csv"
    return [
        Row(
            "owkin/FLamby edacf54, `fed_isic2019/dataset_creation_scripts/train_test_split`",
            "a benchmark that many papers use",
            "stratified by centre, per image",
            {"": _plain(lists / "flamby_split.csv", work, drop=["target", "center", "fold2"])},
            isic,
            {"test": 65.9, "test MEL": 85.8, "test NV": 51.5, "test BCC": 82.2, "test AK": 80.6, "test BKL": 63.7,
             "test DF": 76.4, "test VASC": 75.0, "test SCC": 81.8},
        ),
        Row(
            "zylbuaa/ECL 3fb6668 (MICCAI 2023), `data/ISIC2019`",
            "",
            "3:1:1 per image",
            _three(lists, "ecl_ISIC2019_{}.csv"),
            isic,
            {"validation": 54.7, "test": 61.8, "test MEL": 80.4, "test NV": 46.0, "test BCC": 84.7, "test AK": 86.8,
             "test BKL": 65.7, "test DF": 79.2, "test VASC": 56.9, "test SCC": 73.0},
        ),
        Row(
            "the same, `data/ISIC2018`",
            "",
            "3:1:1 per image",
            _three(lists, "ecl_ISIC2018_{}.csv"),
            ham,
            {"validation": 29.4, "test": 39.4},
        ),
        Row(
            "lorenzobrigato/gem ea72819, `datasets/isic2018`",
            "",
            "balanced and small, per image",
            {part: _plain(path, work, keep=["image"]) for part, path in _three(lists, "gem_isic2018_{}1.csv").items()},
            ham,
            {"validation": 12.4, "test": 9.7, "test DF": 51.4, "test VASC": 38.7},
        ),
        Row(
            "ngentile92/Tesis_HAM10000 2fbaa58, `scripts/run_training.py`",
            "accuracy 0.9076 on 2,003",
            "`train_test_split(test_size=.2, stratify=dx, random_state=42)`",
            _random_split(ham, work),
            None,
            {"test": 39.5, "test MEL": 69.1, "test NV": 29.1, "test BCC": 66.0, "test AKIEC": 49.2, "test BKL": 52.7,
             "test DF": 73.9, "test VASC": 50.0},
        ),
        Row(
            "daorre1202/skin-lesion-foundation-models (October 2026)",
            "balanced accuracy 0.8415 (six models, ISIC 2018)",
            "per image; says itself that 39 % share a lesion",
            left="0.804 [0.744, 0.862] by its own count",
        ),
        Row("MulTaBench, pull request 30", "HAM10000, images only: 1.000", "per image", left="0.934 by group"),
    ]  # fmt: skip


def copied_before_folds(metadata: Path, seed: int) -> tuple[float, float]:
    """Copies up to the largest class, then five folds: percent of images, and of lesions, seen in training."""
    table, random = pd.read_csv(metadata), np.random.RandomState(seed)
    counts = table["dx"].value_counts()
    chosen = [np.arange(len(table))]
    for name in sorted(counts.index[counts < counts.max()]):
        of_class = np.flatnonzero(table["dx"] == name)
        chosen.append(of_class[random.randint(0, len(of_class), counts.max() - len(of_class))])
    copied = table.iloc[np.concatenate(chosen)].reset_index(drop=True)
    seen = np.zeros((len(copied), 2))
    for train, test in KFold(5, shuffle=True, random_state=seed).split(copied):
        for place, column in enumerate(("image_id", "lesion_id")):
            seen[test, place] = copied[column].iloc[test].isin(set(copied[column].iloc[train]))
    image, lesion = 100 * seen.mean(axis=0)
    return float(image), float(lesion)


def exposure(row: Row) -> dict[str, dict[str, Any]]:
    """`exposure` of an audit, by part and class; the class `all` by the part alone."""
    data: Any = row.lists.get("", row.lists)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = lentigo.audit(data, options=AuditOptions(metadata=row.metadata, compare=False))["exposure"]
    return {
        entry["part"] + ("" if entry["class"] == "all" else f" {entry['class']}"): entry for entry in found
    }


def differences(row: Row, found: Mapping[str, Any]) -> list[str]:
    """Shares that are not those recomputed."""
    return [
        f"{row.source}, {key}: {100 * found[key]['lesion_share']:.2f} %, recomputed {share} %"
        for key, share in row.recomputed.items()
        if abs(100 * found[key]["lesion_share"] - share) > TOLERANCE
    ]


def page(every: list[Row], found: list[dict[str, Any]], copied: tuple[float, float]) -> str:
    """The page as Markdown."""
    head = [
        "| source | claim | how it was divided | leak | images left | left of the claim |",
        "|---" * 6 + "|",
    ]
    lines = [_line(row, one) for row, one in zip(every, found, strict=True)]
    lines.append(
        "| uvixza85/Skin_Cancer_classification 27b7f7f, notebook | 98.64 % +- 0.15, seven cancers | copies up to the "
        "largest class, then `KFold(5)`; its label is how the diagnosis was made, not the diagnosis | the very same image "
        f"in training {copied[0]:.1f} %, its lesion {copied[1]:.1f} % | {NO_LIST} | |"
    )
    classes = [_class_lines(row, one) for row, one in zip(every, found, strict=True) if one]
    return "\n".join([INTRODUCTION, *head, *lines, "", "## Class by class", "", *chain(*classes), METHOD])


def _line(row: Row, found: Mapping[str, Any]) -> str:
    parts = [key for key in found if " " not in key]
    leak = ", ".join(f"{part} {100 * found[part]['lesion_share']:.1f} %" for part in parts) or NO_LIST
    left = ", ".join(f"{part} {_left(found[part]):,} of {found[part]['n_images']:,}" for part in parts)
    return f"| {row.source} | {row.claim} | {row.rule} | {leak} | {left} | {row.left} |"


def _class_lines(row: Row, found: Mapping[str, Any]) -> list[str]:
    names = [key.removeprefix("test ") for key in found if key.startswith("test ")]
    shares = [f"{100 * found[f'test {name}']['lesion_share']:.1f} %" for name in names]
    left = [f"{_left(found[f'test {name}']):,}" for name in names]
    table = [("", names), ("test images whose lesion was trained on", shares), ("images left", left)]
    cells = ["| " + " | ".join([title, *values]) + " |" for title, values in table]
    return [f"{row.source}:", "", cells[0], "|---" * (len(names) + 1) + "|", *cells[1:], ""]


def _left(entry: Mapping[str, Any]) -> int:
    return int(entry["n_images"] - entry["n_linked"])


def _three(lists: Path, name: str) -> dict[str, Path]:
    return {
        part: lists / name.format(called)
        for part, called in zip(("train", "validation", "test"), ("train", "val", "test"), strict=True)
    }


def _plain(path: Path, work: Path, drop: list[str] | None = None, keep: list[str] | None = None) -> Path:
    """A list without columns that number classes: those are named by the metadata, or one column a class."""
    table = pd.read_csv(path, dtype=str)
    table = table[keep] if keep else table.drop(columns=drop or [])
    table.to_csv(work / path.name, index=False)
    return work / path.name


def _random_split(metadata: Path, work: Path) -> dict[str, Path]:
    table = pd.read_csv(metadata, dtype=str)
    divided = train_test_split(table, test_size=0.2, stratify=table["dx"], random_state=42)
    for part, rows_of in zip(("train", "test"), divided, strict=True):
        rows_of.to_csv(work / f"random_{part}.csv", index=False)
    return {part: work / f"random_{part}.csv" for part in ("train", "test")}


INTRODUCTION = """# What leaks in public splits

Two images of one lesion are nearly one image: a network that has seen one in training knows the answer for the other. Splits *per image*
put them on both sides. This page is written by `benchmarks/leaderboard.py` from the lists of ids that repositories publish, and from nothing but
`lentigo audit`; *leak* is the share of evaluated images whose lesion is in an earlier part, *images left* are those that no link reaches. It says nothing
about anybody's intent: lesions are in a table of their own, and for years hardly anybody joined it.
"""
METHOD = """## How to do it again

```console
python benchmarks/leaderboard.py LISTS TABLES
lentigo audit --train train.csv --test test.csv --metadata ISIC_2019_Training_Metadata.csv
```

Every share is within 0.1 points of an independent recomputation, or the script exits with 1. Where no list is published the parts are made by the
repository's own lines; for the copies no seed is published, so that row is of seed 42, and over ten seeds the shares move by about 0.1 points
(an independent recomputation, whose seed is not known, gave 85.6 % and 89.7 %).
An image without a known lesion counts as not seen, so each share is a lower bound. What is left of a claim can be computed only by those who have
the predictions: `lentigo evaluate predictions.csv --truth truth.csv --trained-on train.csv` refuses those that leak, and judges a table without them.
"""  # fmt: skip


def main() -> None:
    """Audit, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lists", type=Path)
    parser.add_argument("tables", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/leaderboard.md"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        every = rows(asked.lists, asked.tables, Path(work))
        found = [exposure(row) if row.lists else {} for row in every]
    wrong = [text for row, one in zip(every, found, strict=True) for text in differences(row, one)]
    copied = copied_before_folds(asked.tables / "HAM10000_metadata.csv", 42)
    asked.out.write_text(page(every, found, copied), encoding="utf-8")
    checked = sum(len(row.recomputed) for row in every)
    print(
        "\n".join(
            [f"{checked - len(wrong)} of {checked} shares as recomputed; written to {asked.out}", *wrong]
        )
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
