"""Checkpoints: a state (JSON) and groups of arrays in, the same back after a kill at any moment.

Each generation is `checkpoint-000012.json`, which names one `.npz` file a group with its sha256. Files are
written beside, synced, then renamed, and never changed; a group that has not changed is not written again.
The newest two generations stay, and the newest one taken between two epochs. No pickle anywhere.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.errors import LentigoError, RunError
from lentigo.settings.files import make_folder, require_room, sha256_of, write_atomically
from lentigo.settings.reading import Document
from lentigo.settings.sealing import read_sealed, write_sealed

Arrays = dict[str, NDArray[Any]]
KEPT_GENERATIONS = 2
SPARE_BYTES = 16 * 2**20
"""Left free on the disk beyond what a checkpoint needs."""


@dataclass(frozen=True)
class Group:
    """Arrays that are saved together."""

    arrays: Arrays
    version: str | None = None
    """Two groups of one name and one version hold the same arrays; None: unlike any other."""


@dataclass(frozen=True)
class Snapshot:
    """One moment of a training, whole."""

    state: dict[str, Any]
    groups: dict[str, Group]
    is_boundary: bool
    """Taken between two epochs, where a rescue may start again."""


class CheckpointStore:
    """The folder `checkpoints/` of a run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._written: dict[tuple[str, str], dict[str, str]] = {}
        self._damaged: set[int] = set()

    def save(self, snapshot: Snapshot) -> None:
        """Write one more generation and remove what no kept generation needs.

        Raises:
            FileError: the disk is too full; what was saved before stays whole.
        """
        make_folder(self.folder)
        new = {name: group for name, group in snapshot.groups.items() if not self._known(name, group)}
        num_bytes = sum(array.nbytes for group in new.values() for array in group.arrays.values())
        number = max(self._numbers(), default=0) + 1
        require_room(self._json_file(number), num_bytes, SPARE_BYTES)
        files = {name: self._write_group(name, group) for name, group in snapshot.groups.items()}
        content = {"is_boundary": snapshot.is_boundary, "state": snapshot.state, "files": files}
        write_sealed(self._json_file(number), content)
        self._remove_old()

    def load(self, boundary_only: bool = False) -> tuple[Snapshot | None, list[str]]:
        """Read the newest whole generation.

        Args:
            boundary_only: look only at those taken between two epochs.

        Returns:
            The snapshot, None when nothing was ever saved, and one text for each damaged generation that was
            passed over.

        Raises:
            RunError: there are checkpoints, and none is whole.
        """
        problems: list[str] = []
        for number in sorted(self._numbers(), reverse=True):
            try:
                snapshot = self._read(number)
            except (LentigoError, OSError, ValueError, zipfile.BadZipFile) as error:
                problems.append(f"checkpoint {number} is damaged and was passed over: {error}")
                self._damaged.add(number)
                continue
            if snapshot.is_boundary or not boundary_only:
                return snapshot, problems
        if problems:
            raise RunError(
                f"no checkpoint in {self.folder} is whole ({'; '.join(problems)}); "
                "delete the run directory and train again"
            )
        return None, []

    def remove(self) -> None:
        """Delete all checkpoints, once the run is finished."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _known(self, name: str, group: Group) -> bool:
        return group.version is not None and (name, group.version) in self._written

    def _write_group(self, name: str, group: Group) -> dict[str, str]:
        """Put a group's arrays into a file named by their content; returns its name and hash."""
        if self._known(name, group):
            return self._written[name, str(group.version)]
        entry: dict[str, str] = {}
        scratch = self.folder / f"{name}.npz"

        def write(temporary: Path) -> None:
            np.savez(temporary, allow_pickle=False, **group.arrays)
            entry["sha256"] = sha256_of(temporary)

        write_atomically(scratch, write)
        entry["name"] = f"{name}-{entry['sha256'][:16]}.npz"
        scratch.replace(self.folder / entry["name"])
        if group.version is not None:
            self._written[name, group.version] = entry
        return entry

    def _read(self, number: int) -> Snapshot:
        """Read one generation; LentigoError, ValueError or OSError say what is wrong with it."""
        document = Document(self._json_file(number))
        content = read_sealed(self._json_file(number), document)
        with document.understood():
            groups = {name: self._read_group(name, entry) for name, entry in content["files"].items()}
            return Snapshot(dict(content["state"]), groups, bool(content["is_boundary"]))

    def _read_group(self, name: str, entry: dict[str, str]) -> Group:
        path = self.folder / entry["name"]
        if sha256_of(path) != entry["sha256"]:
            raise ValueError(f"{path.name} does not match its hash")
        self._written[name, entry["sha256"]] = entry
        with zipfile.ZipFile(path) as archive:
            if any(one.compress_type != zipfile.ZIP_STORED for one in archive.infolist()):
                raise ValueError(f"{path.name} is compressed, as no checkpoint is")
        with np.load(path, allow_pickle=False) as stored:
            return Group({key: stored[key] for key in stored.files}, entry["sha256"])

    def _remove_old(self) -> None:
        """Remove generations, then files, that are needed no more."""
        kept = set(self._kept_numbers())
        needed = {entry["name"] for number in kept for entry in self._entries(number)}
        for number in self._numbers():
            if number not in kept:
                self._json_file(number).unlink()
        for path in {*self.folder.glob("*.npz"), *self.folder.glob(".tmp-*")}:
            if path.name not in needed:
                path.unlink()
        self._written = {key: entry for key, entry in self._written.items() if entry["name"] in needed}

    def _kept_numbers(self) -> Iterator[int]:
        numbers = sorted(set(self._numbers()) - self._damaged, reverse=True)
        yield from numbers[:KEPT_GENERATIONS]
        yield from [number for number in numbers if self._peek(number, "is_boundary", False)][:1]

    def _entries(self, number: int) -> list[dict[str, str]]:
        return list(self._peek(number, "files", {}).values())

    def _peek(self, number: int, key: str, default: Any) -> Any:
        """One field of a generation's JSON; `default` where it cannot be read."""
        try:
            return read_sealed(self._json_file(number)).get(key, default)
        except LentigoError:
            return default

    def _numbers(self) -> list[int]:
        names = [path.stem.removeprefix("checkpoint-") for path in self.folder.glob("checkpoint-*.json")]
        return [int(name) for name in names if name.isascii() and name.isdigit()]

    def _json_file(self, number: int) -> Path:
        return self.folder / f"checkpoint-{number:06d}.json"


def numbered(arrays: list[NDArray[Any]]) -> Arrays:
    """Name arrays by their place, as a group needs them."""
    return {f"{index:05d}": array for index, array in enumerate(arrays)}


def in_order(arrays: Arrays) -> list[NDArray[Any]]:
    """The arrays of `numbered`, in their order."""
    return [arrays[name] for name in sorted(arrays)]
