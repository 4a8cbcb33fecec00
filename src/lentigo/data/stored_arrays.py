"""Arrays of one shape that were costly to compute: kept in a folder under (row, view), appended in blocks.

`values.bin` holds the arrays one after the other, `index.jsonl` first what they were made of and then a line
a block: its keys and its digest. A killed build goes on after its last whole block; a damaged block and all
after it are made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.errors import DataError, LentigoError
from lentigo.settings.files import explained, open_in_place, write_text
from lentigo.settings.reading import Document, parse_json, read_text

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
        self._good_lines = lines[:1]
        with suppress(LentigoError):
            for line in lines[1:]:
                with Document(self._index).understood():
                    keys = [(int(row), int(view)) for row, view in line["keys"]]
                if self._digest(len(self._places), len(keys)) != line.get("digest"):
                    break
                for key in keys:
                    self._places[key] = len(self._places)
                self._good_lines.append(line)

    def missing(self, keys: Keys) -> Keys:
        """Those keys, in order, whose arrays are not there."""
        absent = [(row, view) not in self._places for row, view in keys.tolist()]
        return keys[np.array(absent, dtype=bool)] if len(keys) else keys

    def append(self, keys: Keys, values: NDArray[Any]) -> None:
        """Put one block down, for good once this returns; call it with the folder locked.

        Raises:
            DataError: a value does not fit `float16`.
            FileError: the disk is full, or cannot be written.
        """
        with np.errstate(over="ignore"):
            stored = np.ascontiguousarray(values.astype(self.dtype))
        if not np.isfinite(stored).all():
            raise DataError(f"activations do not fit {self.dtype}; set stored.type = 'float32'")
        with explained(self._values, stored.nbytes):
            self._write(keys, stored)

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
        start = len(self._places) * self.num_bytes
        if not self._places:
            self._good_lines = [self.facts]
        with open_in_place(self._values, "r+b" if self._values.is_file() else "w+b") as handle:
            handle.truncate(start)  # what a kill left unrecorded
            handle.seek(start)
            handle.write(stored.data)
            handle.flush()
            os.fsync(handle.fileno())
        line = {"keys": keys.tolist(), "digest": _digest_of(stored)}
        if not self._is_clean:  # a kill may have left half a line, damage whole ones too many
            write_text(self._index, "".join(json.dumps(one) + "\n" for one in self._good_lines))
            self._is_clean = True
        with open_in_place(self._index, "ab") as handle:
            handle.write(json.dumps(line).encode() + b"\n")
            handle.flush()
            os.fsync(handle.fileno())
        self._good_lines.append(line)
        for row, view in keys.tolist():
            self._places[row, view] = len(self._places)
        self._mapped = None

    def _lines(self) -> list[dict[str, Any]]:
        """The index's whole lines; a line that a kill has cut short ends it."""
        found: list[dict[str, Any]] = []
        document = Document(self._index)
        with suppress(LentigoError):
            for line in read_text(self._index, document).splitlines():
                found.append(parse_json(line, document))
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
