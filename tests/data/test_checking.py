"""Looking at the files again; see also tests/cli/test_data_check.py."""

from __future__ import annotations

from typing import Any

from lentigo.data.checking import COLUMNS, check_images
from lentigo.data.manifest import load_manifest


def test_no_findings_are_an_empty_table_and_every_image_is_counted(small_data: Any) -> None:
    steps: list[tuple[int, int]] = []
    found = check_images(load_manifest(small_data.data), lambda done, total: steps.append((done, total)))
    assert found.empty
    assert tuple(found.columns) == COLUMNS
    assert steps[-1] == (160, 160)
