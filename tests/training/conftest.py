"""Fixtures of the trainings' tests; what they are made of is in `blobs.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lentigo.data.manifest import Manifest
from lentigo.data.split import Split

sys.path.insert(0, str(Path(__file__).parent))  # tests and their child processes share blobs.py

from blobs import make_blob_data


@pytest.fixture(scope="session")
def blob_data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, Split]:
    return make_blob_data(tmp_path_factory.mktemp("blobs") / "data")
