"""Arrays of one shape that were costly to compute: kept in a folder under (row, view), appended in blocks.

`values.bin` holds the arrays one after the other, `index.jsonl` first what they were made of and then a line
a block: its keys and its digest. A killed build goes on after its last whole block; a damaged block and all
after it are made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.errors import DataError

BLOCK = 512
"""Arrays that are computed, digested and recorded together: what a kill can cost."""
Keys = NDArray[np.int64]
"""(N, 2): row of the manifest, view."""


class StoredArrays:
    """Arrays under their keys; one process writes at a time, any number read."""

    def __init__(self, folder: Path, shape: tuple[int, ...], dtype: str, facts: dict[str, Any]) -> None:
        """Open what is there.

        Args:
            folder: for these arrays alone.
            shape: of one array.
            dtype: `float16` or `float32`.
            facts: what the arrays are made of, plain JSON; a folder of other facts is begun anew.
        """
        self.folder, self.shape, self.dtype = folder, shape, np.dtype(dtype)
        self.facts = {**facts, "shape": list(shape), "dtype": dtype}
        self._places: dict[tuple[int, int], int] = {}
        self._mapped: NDArray[Any] | None = None
        self._is_clean = False
        self._good_lines: list[dict[str, Any]] = []
        self.reload()

    @property
    def num_bytes(self) -> int:
        """Of one array."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def reload(self) -> None:
        """Read the index again, as far as the values agree with it."""
        self._places, self._mapped, self._is_clean = {}, None, False
        lines = self._lines()
        if not lines or lines[0] != self.facts:
            return
        kept = 1
        for line in lines[1:]:
            if self._digest(len(self._places), len(line["keys"])) != line["digest"]:
                break
            for row, view in line["keys"]:
                self._places[row, view] = len(self._places)
            kept += 1
        self._good_lines = lines[:kept]

    def missing(self, keys: Keys) -> Keys:
        """Those keys, in order, whose arrays are not there."""
        absent = [(row, view) not in self._places for row, view in keys.tolist()]
        return keys[np.array(absent, dtype=bool)] if len(keys) else keys

    def append(self, keys: Keys, values: NDArray[Any]) -> None:
        """Put one block down, for good once this returns; call it with the folder locked.

        Raises:
            DataError: a value does not fit `float16`, or the disk is full.
        """
        with np.errstate(over="ignore"):
            stored = np.ascontiguousarray(values.astype(self.dtype))
        if not np.isfinite(stored).all():
            raise DataError(f"activations do not fit {self.dtype}; set stored.type = 'float32'")
        try:
            self._write(keys, stored)
        except OSError as error:
            raise DataError(
                f"{self.folder}: {error.strerror}; free some space or set stored.when = 'never'"
            ) from error

    def read(self, rows: NDArray[np.int64], views: NDArray[np.int64]) -> NDArray[np.float32]:
        """float32 (B, *shape) of some keys, all of which must be there."""
        if self._mapped is None:
            num_stored = len(self._places)
            self._mapped = np.memmap(self._values, self.dtype, "r", shape=(num_stored, *self.shape))
        places = [self._places[key] for key in zip(rows.tolist(), views.tolist(), strict=True)]
        return np.asarray(self._mapped[places], dtype=np.float32)

    @property
    def _values(self) -> Path:
        return self.folder / "values.bin"

    @property
    def _index(self) -> Path:
        return self.folder / "index.jsonl"

    def _write(self, keys: Keys, stored: NDArray[Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        start = len(self._places) * self.num_bytes
        if not self._places:
            self._good_lines = [self.facts]
        with self._values.open("r+b" if self._values.is_file() else "w+b") as handle:
            handle.truncate(start)  # what a kill left unrecorded
            handle.seek(start)
            handle.write(stored.data)
            handle.flush()
            os.fsync(handle.fileno())
        line = {"keys": keys.tolist(), "digest": _digest_of(stored)}
        if not self._is_clean:  # a kill may have left half a line, damage whole ones too many
            text = "".join(json.dumps(one) + "\n" for one in self._good_lines)
            self._index.write_text(text, encoding="utf-8")
            self._is_clean = True
        with self._index.open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(line) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        self._good_lines.append(line)
        for row, view in keys.tolist():
            self._places[row, view] = len(self._places)
        self._mapped = None

    def _lines(self) -> list[dict[str, Any]]:
        """The index's whole lines; a line that a kill has cut short ends it."""
        found: list[dict[str, Any]] = []
        try:
            text = self._index.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return found
        for line in text.splitlines(keepends=True):
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                break
        return found

    def _digest(self, start: int, count: int) -> str:
        """Digest of `count` arrays from number `start` on; empty where there are not so many."""
        try:
            with self._values.open("rb") as handle:
                handle.seek(start * self.num_bytes)
                content = handle.read(count * self.num_bytes)
        except OSError:
            return ""
        return hashlib.blake2b(content, digest_size=16).hexdigest()


def _digest_of(values: NDArray[Any]) -> str:
    return hashlib.blake2b(values.data, digest_size=16).hexdigest()
