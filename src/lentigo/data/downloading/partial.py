"""What has come of a file so far, with what tells that the rest would be of the same file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lentigo.settings.errors import FileError
from lentigo.settings.files import write_json
from lentigo.settings.reading import read_json


@dataclass
class Partial:
    """A file that is being fetched: the bytes so far, and a note beside them."""

    path: Path
    address: str = ""
    validator: str = ""
    """The server's name for these very bytes: a strong ETag, else when they were changed; empty: none."""
    total: int = 0
    """Bytes, as the server says; 0: it does not."""

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self.path.stat().st_size if self.path.is_file() else 0

    @property
    def is_whole(self) -> bool:
        """Whether as much has come as the server said."""
        return 0 < self.total == self.size

    def begin(self, address: str, validator: str, total: int) -> None:
        """Note of what file the bytes are, before the first of them is written."""
        self.address, self.validator, self.total = address, validator, total
        write_json(_note(self.path), {"address": address, "validator": validator, "total": total})

    def discard(self) -> None:
        """Forget all of it."""
        self.address, self.validator, self.total = "", "", 0
        self.path.unlink(missing_ok=True)
        _note(self.path).unlink(missing_ok=True)


def partial_at(path: Path) -> Partial:
    """What an earlier command left at a place; without a readable note, nothing that can be gone on with."""
    try:
        note = read_json(_note(path))
    except FileError:
        return Partial(path)
    total = note.get("total")
    return Partial(
        path,
        str(note.get("address", "")),
        str(note.get("validator", "")),
        total if isinstance(total, int) else 0,
    )


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
