"""The data of a run, found again where they are now."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lentigo.api.answers.runs.opening import open_data
from lentigo.settings.errors import RunError
from lentigo.settings.run import RunDirectory


def test_a_moved_manifest_is_found_by_its_new_place(small_job: Any, tmp_path: Path) -> None:
    run = RunDirectory(shutil.copytree(small_job.run, tmp_path / "run"))
    data = Path(shutil.copytree(small_job.data, tmp_path / "data", ignore=shutil.ignore_patterns("pixels")))
    run.update_record(manifest={**run.record()["manifest"], "path": str(tmp_path / "gone" / "manifest.csv")})
    manifest, split = open_data(run, data)
    assert manifest.path == data / "manifest.csv"
    assert split.hash == run.record()["split"]["hash"]
    with pytest.raises(RunError, match=r"is no longer at .*gone"):
        open_data(run)
    run.update_record(manifest={**run.record()["manifest"], "path": None})
    with pytest.raises(RunError, match="give --manifest"):
        open_data(run)
