"""Made manifests: ours, with what training has seen, and those of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lentigo.data.manifest import COLUMNS, Manifest
from lentigo.data.split import Split
from lentigo.data.taxonomy import order_classes

MakeManifest = Callable[..., Manifest]


@pytest.fixture(scope="session")
def manifest_of() -> MakeManifest:
    def make(*rows: dict[str, str]) -> Manifest:
        table = pd.DataFrame([{name: row.get(name, "") for name in COLUMNS} for row in rows], dtype=object)
        return Manifest(table, Path("."), order_classes(table["class"]))

    return make


@pytest.fixture(scope="session")
def ours(manifest_of: MakeManifest) -> Manifest:
    return manifest_of(
        {"image_id": "o1", "class": "NV", "lesion_id": "L1", "perceptual_hash": "aa"},
        {"image_id": "o2", "class": "AK", "lesion_id": "L1", "sha256": "s2"},
        {"image_id": "o3_downsampled", "class": "SCC", "duplicate_group": "7"},
        {"image_id": "o4", "class": "MEL", "lesion_id": "L4"},
    )


@pytest.fixture(scope="session")
def our_split(ours: Manifest) -> Split:
    table = {
        "image_id": ours.table["image_id"],
        "group": ["o1", "o1", "o3", "o4"],
        "part": ["train", "train", "train", "test"],
        "fold": [-1] * 4,
    }
    return Split(pd.DataFrame(table), "hash", {})
