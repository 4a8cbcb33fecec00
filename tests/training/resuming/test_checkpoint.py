from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from lentigo.settings.errors import FileError, RunError
from lentigo.training.resuming.checkpoint import CheckpointStore, Group, Snapshot, in_order, numbered


def snapshot(value: float, is_boundary: bool = True, version: str | None = "start") -> Snapshot:
    groups = {
        "weights": Group(numbered([np.full((3, 2), value, np.float32), np.array([7], np.uint32)])),
        "frozen": Group(numbered([np.arange(5, dtype=np.float32)]), version),
    }
    return Snapshot({"step": value, "lr": 0.1}, groups, is_boundary)


def value_of(found: Snapshot | None) -> float:
    assert found is not None
    weights, counter = in_order(found.groups["weights"].arrays)
    assert counter.dtype == np.uint32
    assert found.state["step"] == weights[0, 0]
    return float(weights[0, 0])


def newest(folder: Path) -> Path:
    return max(folder.glob("checkpoint-*.json"))


def test_nothing_saved_yet(tmp_path: Path) -> None:
    assert CheckpointStore(tmp_path / "checkpoints").load() == (None, [])


def test_a_snapshot_comes_back_in_another_process(tmp_path: Path) -> None:
    CheckpointStore(tmp_path).save(snapshot(1.5))
    found, problems = CheckpointStore(tmp_path).load()
    assert value_of(found) == 1.5
    assert problems == []
    assert found is not None
    assert found.is_boundary


def test_two_generations_and_the_newest_boundary_are_kept(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    for value, is_boundary in ((1, True), (2, True), (3, False), (4, False), (5, False)):
        store.save(snapshot(value, is_boundary))
    assert [path.name for path in sorted(tmp_path.glob("*.json"))] == [
        f"checkpoint-{number:06d}.json" for number in (2, 4, 5)
    ]
    assert value_of(store.load()[0]) == 5
    assert value_of(store.load(boundary_only=True)[0]) == 2
    assert len(list(tmp_path.glob("weights-*.npz"))) == 3


def test_what_has_not_changed_is_written_once(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    store.save(snapshot(1))
    (file,) = tmp_path.glob("frozen-*.npz")
    written = file.stat().st_mtime_ns
    store.save(snapshot(2))
    again = CheckpointStore(tmp_path)
    found, _ = again.load()
    assert found is not None
    again.save(Snapshot({"step": 3}, {**snapshot(3).groups, "frozen": found.groups["frozen"]}, True))
    assert [path.stat().st_mtime_ns for path in tmp_path.glob("frozen-*.npz")] == [written]


@pytest.mark.parametrize(
    "damage", ["truncated arrays", "flipped byte", "missing arrays", "truncated JSON", "edited JSON"]
)
def test_a_damaged_generation_falls_back_one_and_says_so(tmp_path: Path, damage: str) -> None:
    store = CheckpointStore(tmp_path)
    store.save(snapshot(1))
    before = set(tmp_path.glob("weights-*.npz"))
    store.save(snapshot(2))
    (arrays,) = set(tmp_path.glob("weights-*.npz")) - before
    inflict(damage, arrays, newest(tmp_path))
    again = CheckpointStore(tmp_path)
    found, problems = again.load()
    assert value_of(found) == 1
    assert len(problems) == 1
    assert "checkpoint 2 is damaged" in problems[0]
    again.save(snapshot(3))
    assert value_of(CheckpointStore(tmp_path).load()[0]) == 3
    assert not (tmp_path / "checkpoint-000002.json").exists()


def inflict(damage: str, arrays: Path, json_file: Path) -> None:
    content = arrays.read_bytes()
    if damage == "truncated arrays":
        arrays.write_bytes(content[: len(content) // 2])
    elif damage == "flipped byte":
        arrays.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    elif damage == "missing arrays":
        arrays.unlink()
    elif damage == "truncated JSON":
        json_file.write_text(json_file.read_text()[:50])
    else:
        json_file.write_text(json_file.read_text().replace('"lr": 0.1', '"lr": 0.2'))


def test_when_nothing_is_whole_it_stops_with_a_remedy(tmp_path: Path) -> None:
    CheckpointStore(tmp_path).save(snapshot(1))
    newest(tmp_path).write_text("{}")
    with pytest.raises(RunError, match="delete the run directory"):
        CheckpointStore(tmp_path).load()


def test_a_full_disk_leaves_the_old_generation_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = CheckpointStore(tmp_path)
    store.save(snapshot(1))
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 90, 10))
    with pytest.raises(FileError, match=r"no room to write .*000002\.json: it needs 16\.8 MB and 1 kB are"):
        store.save(snapshot(2))
    assert value_of(CheckpointStore(tmp_path).load()[0]) == 1


def test_remains_of_a_killed_write_are_cleared(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path)
    for name in (".tmp-99-weights.npz", ".tmp-99-checkpoint-000001.json", "weights.npz"):
        (tmp_path / name).write_bytes(b"half")
    store.save(snapshot(1))
    assert {path.name.split("-")[0] for path in tmp_path.iterdir()} == {"checkpoint", "weights", "frozen"}
    store.remove()
    assert not tmp_path.exists()


def test_no_pickle_is_ever_written(tmp_path: Path) -> None:
    group = Group({"00000": np.array([{"an": "object"}], dtype=object)})
    with pytest.raises(ValueError, match="allow_pickle"):
        CheckpointStore(tmp_path).save(Snapshot({}, {"weights": group}, True))


KILLED_INSIDE_WRITES = """
import os, signal, sys
from pathlib import Path
import numpy as np
from lentigo.training.resuming.checkpoint import CheckpointStore, Group, Snapshot, numbered

def train(folder, steps=10):
    store = CheckpointStore(folder)
    found, _ = store.load()
    value = found.state["step"] if found else 0
    weights = found.groups["weights"].arrays["00000"] if found else np.zeros(999)
    while value < steps:
        value, weights = value + 1, np.sin(weights + value)
        store.save(Snapshot({"step": value}, {"weights": Group(numbered([weights]))}, value % 2 == 0))
    return weights.tobytes(), sorted(path.name for path in folder.iterdir())

def strike(number, share):
    sync, count = os.fsync, [0]
    def fsync(descriptor):
        count[0] += 1
        if count[0] == number:
            os.ftruncate(descriptor, int(os.fstat(descriptor).st_size * share))
            os.kill(os.getpid(), signal.SIGKILL)
        sync(descriptor)
    os.fsync = fsync

base = Path(sys.argv[1])
expected = train(base / "undisturbed")
for number in range(1, 21):
    folder = base / str(number)
    child = os.fork()
    if not child:
        strike(number, number % 5 / 5)
        train(folder)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert list(folder.glob(".tmp-*"))
    assert train(folder) == expected, number
print("identical")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_killed_inside_any_write_it_ends_as_if_it_never_was(tmp_path: Path) -> None:
    """Each of the 20 files that 10 checkpoints are made of, cut to a part of what it should hold."""
    command = [sys.executable, "-c", KILLED_INSIDE_WRITES, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "identical\n", done.stderr
