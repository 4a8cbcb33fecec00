"""Fixtures used by every room's tests.

`make test` runs them in several processes at once. What is dear to make is made once for all of them, by
`made_once`; whatever a test changes it copies into its own `tmp_path` first.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lentigo.settings.processes.locks import try_lock

if "PYTEST_XDIST_WORKER" in os.environ:
    # a core each: several workers with as many threads as there are cores only wait for one another
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        os.environ.setdefault(variable, "1")

SHARED = Path(__file__).resolve().parents[2] / "shared"
MakeOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir() or not any(SHARED.iterdir()):
        pytest.skip("no real data: the folder `shared` does not lie beside the project, or is empty")
    return SHARED


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """A function of (name, make) that gives a folder which `make(folder)` has filled.

    However many processes run the tests, the folder is made by the first that asks; the others wait for it.
    It is everybody's, so nobody changes it.
    """
    base = tmp_path_factory.getbasetemp()
    together = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def once(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = together / "once" / name, together / "once" / f"{name}.done"
        folder.parent.mkdir(exist_ok=True)
        with folder.with_name(f"{name}.lock").open("w") as lock:
            while not try_lock(lock.fileno()):
                time.sleep(0.05)
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)  # another process began it and failed
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return once


@dataclass(frozen=True)
class SmallJob:
    """A whole small job: drawn images, their manifest and split, and a trained run."""

    lesions: Path
    data: Path
    split: Path
    run: Path


def job_in(folder: Path) -> SmallJob:
    return SmallJob(folder / "lesions", folder / "data", folder / "data" / "split.csv", folder / "run")


def draw_small_data(folder: Path) -> None:
    from lentigo.cli.app import main

    job = job_in(folder)
    drawing = ["data", "synthesize", str(job.lesions), "--images", "160", "--height", "64", "--width", "80"]
    assert main(drawing) == 0
    assert main(["data", "import", str(job.lesions), "--out", str(job.data)]) == 0
    assert main(["split", str(job.data), "--fractions", "0.6,0.2,0.2"]) == 0


@pytest.fixture(scope="session")
def small_data(made_once: MakeOnce) -> SmallJob:
    """160 drawn images, imported and split; not to be changed."""
    return job_in(made_once("data", draw_small_data))


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
def small_job(
    small_data: SmallJob, made_once: MakeOnce, tmp_path_factory: pytest.TempPathFactory
) -> SmallJob:
    """The small data with a run trained on them, evaluated on validation; not to be changed."""
    from lentigo.cli.app import main

    def train_small_run(folder: Path) -> None:
        places = ["--manifest", str(small_data.data), "--split", str(small_data.split)]
        run = str(folder / "run")
        assert main(["train", "baseline", *places, "--out", run, *TRAIN_SMALL]) == 0
        assert main(["evaluate", run]) == 0

    made = made_once("trained", train_small_run) / "run"
    # each process has a run of its own: verbs note in it that they were asked
    run = shutil.copytree(made, tmp_path_factory.mktemp("job") / "run")
    return replace(small_data, run=run)


@pytest.fixture(scope="session")
def told_job(small_data: SmallJob, made_once: MakeOnce, tmp_path_factory: pytest.TempPathFactory) -> SmallJob:
    """As `small_job`, of a network that takes age, sex and site; its bundle lies beside the run."""
    from lentigo.cli.app import main

    def train_told_run(folder: Path) -> None:
        places = ["--manifest", str(small_data.data), "--split", str(small_data.split)]
        run, use = str(folder / "run"), 'metadata.use=["age", "sex", "site"]'
        faster = ("--set", use, "--set", "stages.0.lr=0.01")
        assert main(["train", "baseline", *places, "--out", run, *TRAIN_SMALL, *faster]) == 0
        assert main(["evaluate", run]) == 0
        assert main(["export", run, "--out", str(folder / "bundle")]) == 0

    made = made_once("told", train_told_run)
    folder = shutil.copytree(made, tmp_path_factory.mktemp("told") / "job")
    return replace(small_data, run=folder / "run")


@pytest.fixture(scope="session")
def train_small() -> tuple[str, ...]:
    """The options `small_job` was trained with."""
    return TRAIN_SMALL


@pytest.fixture(scope="module")
def unrendered(small_job: SmallJob) -> Iterator[None]:
    """Pictures of pages are painted and not rendered, which is half of an evaluation: for tests of figures.

    What is shared is made before, with its pictures.
    """
    from lentigo.report.drawing import figures

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "_svg", lambda _figure: '<svg xmlns="http://www.w3.org/2000/svg"/>')
        yield


def module_of_tests(path: str) -> ModuleType:
    """The module of another room's tests, by its path below `tests`."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, Path(__file__).parent / path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def encoders() -> ModuleType:
    """The module that makes encoders."""
    return module_of_tests("models/encoders.py")


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server on loopback that keeps no promise; downloads have little patience with it."""
    from lentigo.data.downloading import transfer

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    patience = transfer.Patience(tries=3, pause=0.001, longest_wait=2.0, silence=2.0)
    monkeypatch.setattr(transfer, "PATIENCE", patience)
    with module_of_tests("data/downloading/servers.py").serving() as running:
        yield running


@pytest.fixture(scope="session")
def small_bundles() -> ModuleType:
    """The module that makes small bundles without a training framework."""
    return module_of_tests("bundle/conftest.py")


@pytest.fixture(scope="session")
def told_bundle_path(small_bundles: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a small network that takes age, sex and site (`back` or `face`); not to be changed."""
    path: Path = small_bundles.write_told(tmp_path_factory.mktemp("bundle") / "told")
    return path


@pytest.fixture(scope="session")
def bundle_path(small_bundles: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a small network, made without a training framework; not to be changed."""
    path: Path = small_bundles.write_small(tmp_path_factory.mktemp("bundle") / "bundle")
    return path


@pytest.fixture(scope="session")
def bundle(bundle_path: Path) -> Any:
    """That bundle, opened."""
    from lentigo.bundle.loading import load_bundle

    return load_bundle(bundle_path, num_threads=1)
