"""The files of the page, read from the package: name -> content, media type, tag."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

FRONT = "index.html"
_TYPES = {".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".svg": "image/svg+xml"}
"""Those a machine's own table of types has been seen to get wrong."""


@dataclass(frozen=True)
class PageFile:
    """One file of the page, ready to be sent."""

    content: bytes
    media_type: str
    tag: str
    """Of the content, for the browser to ask whether its copy is still right."""


def page_files() -> dict[str, PageFile]:
    """Every file of the page by its path below `static`, as `modules/main.js`."""
    return files_below(resources.files("lentigo.page") / "static")


def files_below(folder: Traversable) -> dict[str, PageFile]:
    """Every file in a folder of the package, by its path below that."""
    return dict(_walk(folder, ""))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, PageFile]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        else:
            found.append((prefix + entry.name, _read(entry)))
    return found


def _read(entry: Traversable) -> PageFile:
    content = entry.read_bytes()
    suffix = entry.name[entry.name.rfind(".") :]
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(entry.name)[0] or "application/octet-stream"
    return PageFile(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:16]}"')
