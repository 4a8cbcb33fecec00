"""Verbs on a full disk: an error that names the file, what it needs and what there is; earlier files whole.

Twice: with a limit on what a process may write, which every system has, and on a small disk that is full,
where the tests may mount one.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lentigo.cli.app import MISUSE, main

TRAINING = "--manifest HERE/data --split HERE/data/split.csv --set input.height=32 --set stages.0.epochs=1"
VERBS = {
    "data synthesize": "data synthesize HERE/drawn --images 16 --height 64 --width 64",
    "data import": "data import LESIONS --out HERE/imported",
    "data describe": "data describe HERE/data --out HERE/described",
    "audit": "audit HERE/data --out HERE/audited",
    "split": "split HERE/data --out HERE/split.csv",
    "train": "train baseline DATA --out HERE/trained",
    "search": "search genetic DATA --out HERE/searched --budget 1",
    "evaluate": "evaluate HERE/run --no-baselines",
    "explain": "explain HERE/run --count 1",
    "submit": "submit HERE/run --out HERE/submission.csv --part validation",
    "predict": "predict BUNDLE LESIONS/images --out HERE/answers.csv",
    "overlays": "predict BUNDLE LESIONS/images --overlays HERE/overlays",
    "sbom": "sbom --out HERE/sbom.json",
}


@pytest.fixture
def arguments(small_job: Any, bundle_path: Path) -> dict[str, str]:
    return {"LESIONS": str(small_job.lesions), "BUNDLE": str(bundle_path)}


def fill(place: Path, job: Any) -> Path:
    """A manifest, a split and a run that verbs work on, and results that they would replace."""
    shutil.copytree(job.data, place / "data", ignore=shutil.ignore_patterns("pixels"))
    shutil.copytree(job.run, place / "run")
    (place / "run" / "saliency").mkdir(exist_ok=True)
    for name in ("answers.csv", "sbom.json", "submission.csv", "run/saliency/explanation.json"):
        (place / name).write_text("old\n")
    return place


def hashes(place: Path) -> dict[str, str]:
    return {
        str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(place.rglob("*"))
        if path.is_file() and path.name not in ("lock", "padding")
    }


def give(verb: str, place: Path, arguments: dict[str, str]) -> int:
    words = (
        VERBS[verb]
        .replace(
            "DATA",
            TRAINING,
        )
        .split()
    )
    for name, value in {**arguments, "HERE": str(place)}.items():
        words = [word.replace(name, value) for word in words]
    return main(words)


@contextmanager
def nothing_may_be_written() -> Iterator[None]:
    """Let every write of this process fail as on a disk that is full."""
    resource = pytest.importorskip("resource", reason="this system has no limits of a process")
    tempfile.gettempdir()  # found out, once a process, by writing
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def check(before: dict[str, str], place: Path, code: int, said: str) -> None:
    """Exit code 2, one clear error, and every earlier file whole, with no half of a new one."""
    assert code == MISUSE, said
    assert "no room to write" in said
    assert "Traceback" not in said
    after = hashes(place)
    assert {name: after.get(name) for name in before} == before
    assert not [name for name in after if "/.tmp-" in f"/{name}"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_that_cannot_write_says_so_and_harms_nothing(
    verb: str,
    small_job: Any,
    arguments: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = fill(tmp_path, small_job)
    before = hashes(place)
    with nothing_may_be_written():
        code = give(verb, place, arguments)
    check(before, place, code, capsys.readouterr().err)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here (it takes root and a system with tmpfs)")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("free_kilobytes", [0, 12, 100, 900])
@pytest.mark.parametrize("verb", VERBS)
def test_on_a_full_disk(
    verb: str,
    free_kilobytes: int,
    small_job: Any,
    small_disk: Path,
    arguments: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With some room a verb may end well; it must not end in a trace, nor harm what is there."""
    place = fill(small_disk, small_job)
    free = shutil.disk_usage(place).free - 1024 * free_kilobytes
    with (place / "padding").open("wb") as padding:
        while free > 0:
            free -= padding.write(bytes(min(free, 2**16)))
    before = hashes(place)
    code = give(verb, place, arguments)
    said = capsys.readouterr().err
    if code or not free_kilobytes:
        check(before, place, code, said)
