"""Fixtures used by every room's tests."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir() or not any(SHARED.iterdir()):
        pytest.skip("no real data: the folder `shared` does not lie beside the project, or is empty")
    return SHARED


@dataclass(frozen=True)
class SmallJob:
    """A whole small job: drawn images, their manifest and split, and a trained run."""

    lesions: Path
    data: Path
    split: Path
    run: Path


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> SmallJob:
    """120 drawn images, imported and split; not to be changed."""
    from lentigo.cli.app import main

    folder = tmp_path_factory.mktemp("job")
    job = SmallJob(folder / "lesions", folder / "data", folder / "data" / "split.csv", folder / "run")
    drawing = ["data", "synthesize", str(job.lesions), "--images", "160", "--height", "64", "--width", "80"]
    assert main(drawing) == 0
    assert main(["data", "import", str(job.lesions), "--out", str(job.data)]) == 0
    assert main(["split", str(job.data), "--fractions", "0.6,0.2,0.2"]) == 0
    return job


@pytest.fixture
def copied_data(small_data: SmallJob, tmp_path: Path) -> Path:
    """Manifest and split of the small data in a folder, to be changed; image files stay where they are."""
    folder = tmp_path / "data"
    folder.mkdir()
    for file in ("manifest.csv", "manifest.json", "split.csv", "split.json"):
        shutil.copy(small_data.data / file, folder)
    return folder


TRAIN_SMALL = (
    "--set", "stages.0.epochs=2", "--set", "input.height=32", "--set", "input.width=40",
    "--set", "task.classes=all", "--set", "training.batch_size=16",
)  # fmt: skip


@pytest.fixture(scope="session")
def small_job(small_data: SmallJob) -> SmallJob:
    """The small data with a run trained on them, evaluated on validation; not to be changed."""
    from lentigo.cli.app import main

    places = [
        "--manifest",
        str(small_data.data),
        "--split",
        str(small_data.split),
        "--out",
        str(small_data.run),
    ]
    assert main(["train", "baseline", *places, *TRAIN_SMALL]) == 0
    assert main(["evaluate", str(small_data.run)]) == 0
    return small_data


@pytest.fixture(scope="session")
def train_small() -> tuple[str, ...]:
    """The options `small_job` was trained with."""
    return TRAIN_SMALL
