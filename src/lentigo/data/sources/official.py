"""Published data sets and their class counts: a table's name and its labels in, what differs out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lentigo.data.tables import warn


@dataclass(frozen=True)
class OfficialSet:
    """One published data set."""

    name: str
    table: str
    """File name of its labels, as published."""
    class_counts: dict[str, int]
    page: str = ""
    """Where the counts are published."""


_HAM10000 = {"MEL": 1113, "NV": 6705, "BCC": 514, "AKIEC": 327, "BKL": 1099, "DF": 115, "VASC": 142}
OFFICIAL_SETS = (
    OfficialSet(
        "ISIC 2019 training",
        "ISIC_2019_Training_GroundTruth.csv",
        {"MEL": 4522, "NV": 12875, "BCC": 3323, "AK": 867, "BKL": 2624, "DF": 239, "VASC": 253, "SCC": 628},
    ),
    OfficialSet(
        "ISIC 2016 part 3 test",
        "ISBI2016_ISIC_Part3_Test_GroundTruth.csv",
        {"benign": 304, "malignant": 75},
        "https://challenge.isic-archive.com/landing/2016/39/, counted in arXiv:1605.01397",
    ),
    OfficialSet(
        "ISIC 2017 part 3 training",
        "ISIC-2017_Training_Part3_GroundTruth.csv",
        {"MEL": 374, "NV": 1372, "BKL": 254},
        "https://challenge.isic-archive.com/landing/2017/44",
    ),
    OfficialSet(
        "ISIC 2018 task 3 training",
        "ISIC2018_Task3_Training_GroundTruth.csv",
        _HAM10000,
        "https://doi.org/10.1038/sdata.2018.161",
    ),
    OfficialSet(
        "ISIC 2019 test",
        "ISIC_2019_Test_GroundTruth.csv",
        {
            **{"MEL": 1327, "NV": 2495, "BCC": 975, "AK": 374, "BKL": 660, "DF": 91, "VASC": 104, "SCC": 165},
            "UNK": 2047,
        },
        "https://challenge.isic-archive.com/data/#2019",
    ),
    OfficialSet(
        "ISIC 2020 training",
        "ISIC_2020_Training_GroundTruth.csv",
        {"benign": 32542, "malignant": 584},
        "https://doi.org/10.1038/s41597-021-00815-z",
    ),
    OfficialSet(
        "ISIC 2018 task 3 test",
        "ISIC2018_Task3_Test_GroundTruth.csv",
        {"MEL": 171, "NV": 909, "BCC": 93, "AKIEC": 43, "BKL": 217, "DF": 44, "VASC": 35},
    ),
    OfficialSet(
        "HAM10000",
        "HAM10000_metadata.csv",
        _HAM10000,
        "https://doi.org/10.1038/sdata.2018.161",
    ),
)
"""Counts as published; to add one, a row here."""


def compare_with_official(table: str, labels: Iterable[str]) -> dict[str, Any] | None:
    """Compare labels with the counts published for a table of that name; warns where they differ.

    Args:
        table: file name of the labels.
        labels: class of each image, by our codes.

    Returns:
        name, expected_images, num_images and differences (class -> [found, published]); None where no
        published table is called so.
    """
    official = next((known for known in OFFICIAL_SETS if known.table.lower() == table.lower()), None)
    if official is None:
        return None
    found = Counter(labels)
    classes = dict.fromkeys([*official.class_counts, *found])
    pairs = {name: [found[name], official.class_counts.get(name, 0)] for name in classes}
    differences = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if differences:
        told = ", ".join(f"{name} {have} instead of {due:,}" for name, (have, due) in differences.items())
        warn(f"{table} is not {official.name} as it was published: {told}")
    return {
        "name": official.name,
        "expected_images": sum(official.class_counts.values()),
        "num_images": sum(found.values()),
        "differences": differences,
    }
