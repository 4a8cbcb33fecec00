"""Documents of ours that carry a hash of the rest of themselves, so that damage is noticed at reading.

JSON has it under `content_sha256`, TOML in its first line. A document without one was written by an earlier
version and is taken as it is. The hash finds damage and changes by hand, not a forger.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lentigo.settings.files import sha256_of_text, write_json
from lentigo.settings.reading import Document, read_json

SEAL = "content_sha256"
_FIRST_LINE = "# lentigo wrote this; sha256 of what follows: "


def write_sealed(path: Path, values: dict[str, Any]) -> None:
    """Write JSON with its seal, atomically; raises as `write_json`."""
    rest = {key: value for key, value in values.items() if key != SEAL}
    write_json(path, {**rest, SEAL: seal_of(rest)})


def read_sealed(path: Path, document: Document | None = None) -> dict[str, Any]:
    """Read JSON without its seal.

    Raises:
        LentigoError: of the document's kind: as `read_json`, and where the content is not what was sealed.
    """
    about = document or Document(path)
    values = read_json(path, about)
    seal = values.pop(SEAL, None)
    if seal is not None and seal != seal_of(values):
        about.refuse(f"was changed after it was written (its {SEAL} does not fit)")
    return values


def seal_of(values: dict[str, Any]) -> str:
    """Hash of a document's values, however it is laid out."""
    plain = json.loads(json.dumps(values, allow_nan=False))
    return sha256_of_text(json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":")))


def sealed_text(text: str) -> str:
    """A text in which `#` begins a comment, with a first line that seals the rest."""
    return f"{_FIRST_LINE}{sha256_of_text(text)}\n{text}"


def check_sealed_text(text: str, document: Document) -> None:
    """Compare a text with its first line, if it has one.

    Raises:
        LentigoError: of the document's kind: it was changed.
    """
    first, _, rest = text.partition("\n")
    seal = first.removeprefix(_FIRST_LINE)
    if seal != first and seal.strip() != sha256_of_text(rest):
        document.refuse("was changed after it was written (its first line does not fit)")
