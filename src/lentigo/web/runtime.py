"""onnxruntime-web, which runs the network in a browser: found, compared with what is pinned here, fetched.

It is 14 MB (27 MB more for graphics cards) and no part of Lentigo. `lentigo fetch-runtime` has npm fetch it
once into a folder of the user's; anybody's copy will do, because each file must be the one that was tried.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

from lentigo.settings.errors import BundleError
from lentigo.settings.files import make_folder, scratch_folder, write_bytes

VERSION = "1.30.0"
PACKAGE = f"onnxruntime-web@{VERSION}"
ARCHIVE_SHA512 = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
"""Of the package, base64, as npm's own lock files say it."""
PROCESSOR = {
    "ort.wasm.min.mjs": "219e6a1fc8a9938268d18efca3c91d310bd2f4a59bbd13744df5b2b7fc6cee3b",
    "ort-wasm-simd-threaded.mjs": "e13f7f94fc51b4ca72b12faeb1ee95f4ace6dfbc8939bc718aabdc0a27c4299b",
    "ort-wasm-simd-threaded.wasm": "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
}
"""File -> SHA-256; what every browser needs."""
GRAPHICS = {
    "ort.webgpu.min.mjs": "3dffff71811bc13a3a3d9591c57ca5ee5735b8f5f3eaf789510b02bb040ae3a0",
    "ort-wasm-simd-threaded.asyncify.mjs": "3d1c85995364bb643302fc6fd877a0c3ba5ae72401815e0f24828a53d9191e28",
    "ort-wasm-simd-threaded.asyncify.wasm": (
        "39f9f0894d478800487ed9f7dbe92618498db320cf55c8e3d89adff8dce658da"
    ),
}
"""What those with WebGPU fetch instead."""
FILES = PROCESSOR | GRAPHICS
PLACES = ("", "dist", "package/dist", "onnxruntime-web/dist", "node_modules/onnxruntime-web/dist")
"""Where in a folder that somebody names the files may lie."""
_REMEDY = (
    "fetch it once with `lentigo fetch-runtime` (it asks npm for it), or where there is no network run "
    f"`npm pack {PACKAGE}` elsewhere and name the file or its folder with --runtime"
)


def home() -> Path:
    """The folder in which `fetch` leaves the files and `find` looks for them."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "lentigo" / f"onnxruntime-web-{VERSION}"


def find(given: Path | None = None) -> dict[str, bytes]:
    """The runtime's files by name, each compared with what is pinned.

    Args:
        given: a folder that holds them, or the archive that npm packs; default: `home()`.

    Raises:
        BundleError: they are not there, or are not of the version that was tried.
    """
    place = home() if given is None else given
    files = _in_archive(place) if place.is_file() else _in_folder(place)
    missing = [name for name in FILES if name not in files]
    if missing:
        where = f"{place} holds no {missing[0]}" if given else f"onnxruntime-web {VERSION} is not at hand"
        raise BundleError(f"{where}; {_REMEDY}")
    _require_pinned(files, place)
    return files


def is_at_hand() -> bool:
    """Whether `find()` would have something to look at."""
    return all((home() / name).is_file() for name in FILES)


def fetch(out: Path | None = None) -> Path:
    """Have npm fetch the package from where it is set up to, and keep the files that are needed.

    Args:
        out: the folder to leave them in; default: `home()`.

    Returns:
        The folder.

    Raises:
        BundleError: there is no npm, it fails, or what it brings is not what is pinned.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise BundleError(f"npm is not installed, and onnxruntime-web comes by it; {_REMEDY}")
    folder = home() if out is None else out
    with scratch_folder() as scratch:
        packed = subprocess.run(
            [npm, "pack", PACKAGE], cwd=scratch, capture_output=True, text=True, check=False
        )
        archives = list(scratch.glob("*.tgz"))
        if packed.returncode or len(archives) != 1:
            last = (packed.stderr.strip().splitlines() or ["it says nothing"])[-1]
            raise BundleError(f"`npm pack {PACKAGE}` failed ({last}); see npm's settings, or {_REMEDY}")
        _require_archive(archives[0])
        files = find(archives[0])
    make_folder(folder)
    for name, content in files.items():
        write_bytes(folder / name, content)
    return folder


def _require_archive(archive: Path) -> None:
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode("ascii")
    if digest != ARCHIVE_SHA512:
        raise BundleError(f"npm brought another {PACKAGE} than the one that was tried (its SHA-512 differs)")


def _in_archive(archive: Path) -> dict[str, bytes]:
    """Files of the archive that npm packs; nothing is unpacked to the disk."""
    try:
        with tarfile.open(archive) as opened:
            members = {name: f"package/dist/{name}" for name in FILES}
            present = set(opened.getnames())
            found = {name: opened.extractfile(one) for name, one in members.items() if one in present}
            return {name: file.read() for name, file in found.items() if file}
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BundleError(f"{archive} cannot be read as npm's archive ({error}); {_REMEDY}") from error


def _in_folder(folder: Path) -> dict[str, bytes]:
    for place in PLACES:
        if (folder / place / "ort.wasm.min.mjs").is_file():
            names = [name for name in FILES if (folder / place / name).is_file()]
            return {name: (folder / place / name).read_bytes() for name in names}
    return {}


def _require_pinned(files: Mapping[str, bytes], place: Path) -> None:
    for name, sha256 in FILES.items():
        if hashlib.sha256(files[name]).hexdigest() != sha256:
            raise BundleError(f"{place}: {name} is not that of {PACKAGE} (its SHA-256 differs); {_REMEDY}")
