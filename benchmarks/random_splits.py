"""What random splits of the official tables leak, beside the expectation, and what one by group leaks.

    python benchmarks/random_splits.py ISIC_2019_Training_GroundTruth.csv ISIC_2019_Training_Metadata.csv

Share of validation images whose lesion was trained on, of all validation images (an unknown lesion counts as
not seen), in random 80/20 splits per image; the mean over splits and its standard error.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from lentigo.api.auditing.auditing import AuditOptions, audit, audited_table
from lentigo.data.copies.copies import pairs_by_id
from lentigo.data.entries import Entries, read_lists
from lentigo.data.manifest import Manifest
from lentigo.data.split import make_split
from lentigo.data.taxonomy import order_classes
from lentigo.evaluation.checks.exposure import exposure

PARTS = ("train", "validation")
VALIDATION = 0.2


def shares(entries: Entries, parts: np.ndarray) -> dict[str, tuple[float, float]]:
    """class -> (found, expected), for one way to divide the images."""
    divided = Entries(entries.table.assign(part=parts), PARTS)
    audited = audited_table(divided, [], pairs_by_id([]), compare=False)
    return {
        entry["class"]: (entry["lesion_share"], entry["expected_lesion_share"]) for entry in exposure(audited)
    }


def grouped_parts(entries: Entries) -> np.ndarray:
    """The part of each image in a split by group."""
    table = entries.table.assign(sha256="", age_years=np.nan)
    names = order_classes(table["class"])
    split = make_split(Manifest(table, Path(), names), (1 - VALIDATION, VALIDATION, 0))
    return split.table.set_index("image_id")["part"].loc[table["image_id"]].to_numpy()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("table", type=Path)
    parser.add_argument("metadata", type=Path)
    parser.add_argument("--splits", type=int, default=50)
    chosen = parser.parse_args()
    entries, random = read_lists({"": chosen.table}, metadata=chosen.metadata), np.random.default_rng(0)
    num = len(entries.table)
    drawn = []
    for _ in range(chosen.splits):
        places = random.permutation(num) < round(VALIDATION * num)
        drawn.append(shares(entries, np.where(places, "validation", "train")))
    print("| class | mean | standard error | expected | distance in standard errors | by group |")
    print("|---|---|---|---|---|---|")
    grouped = shares(entries, grouped_parts(entries))
    for name in drawn[0]:
        found = pd.Series([split[name][0] for split in drawn])
        error, expected = found.std() / np.sqrt(len(found)), np.mean([split[name][1] for split in drawn])
        figures = (
            f"{found.mean():.2%} | {error:.2%} | {expected:.2%} | {(found.mean() - expected) / error:+.1f}"
        )
        print(f"| {name} | {figures} | {grouped[name][0]:.0%} |")
    clock, processors = time.monotonic(), time.process_time()
    audit(chosen.table, options=AuditOptions(metadata=chosen.metadata))
    spent = time.monotonic() - clock, time.process_time() - processors
    print(f"audit of the tables: {spent[0]:.1f} s, {spent[1]:.1f} s of processors")


if __name__ == "__main__":
    main()
