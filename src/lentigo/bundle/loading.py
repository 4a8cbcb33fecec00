"""A bundle directory in, a `Bundle` that predicts out; everything is verified and no code is run.

The bytes that were hashed are the bytes that are used: each file is read once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lentigo.bundle.format import BUNDLE_FILE, CARD_FILE, MODEL_FILE, SUMS_FILE, BundleFacts, parse_facts
from lentigo.evaluation.abstaining.rule import ARRAYS_FILE
from lentigo.onnx_file.plain import PlainNetwork, plain_network
from lentigo.settings.errors import BundleError
from lentigo.settings.reading import LARGEST_TEXT, Document, decode_text, read_bytes

if TYPE_CHECKING:
    from lentigo.bundle.prediction import Bundle

CAN_RUN_CODE = frozenset(
    {".bin", ".ckpt", ".dill", ".h5", ".hdf5", ".joblib", ".keras", ".pb", ".pickle", ".pkl", ".pt", ".pth"}
    | {".bat", ".dll", ".dylib", ".exe", ".ipynb", ".js", ".py", ".pyc", ".sh", ".so"}
)
"""Endings of files that some program or other runs on opening; a bundle never holds any."""

LARGEST_MODEL = 2**31 - 1
"""Bytes; what a message of Protocol Buffers may have."""
_CHANGED = (
    "{} is not the file that was exported (its SHA-256 differs); copy it again, or export the run again"
)


def load_bundle(path: str | Path, *, num_threads: int = 0) -> Bundle:
    """Open a bundle that `lentigo export` made.

    Args:
        path: its directory.
        num_threads: that compute one batch; 0: one a processor core. With 1, callers from several threads
            do not get into each other's way.

    Returns:
        What `predict` is called on.

    Raises:
        BundleError: there is no bundle; a file is missing, changed or can run code; the schema is of another
            version; the network is not what `bundle.json` says.
    """
    from lentigo.bundle.opening import open_network

    found = verify_bundle(path)
    return open_network(found.facts, found.network, found.card, num_threads, found.arrays)


def is_bundle(path: str | Path) -> bool:
    """Whether a directory says that it is a bundle."""
    return (Path(path) / BUNDLE_FILE).is_file()


@dataclass(frozen=True)
class VerifiedBundle:
    """What the files of a bundle say, once all of them are those that were written."""

    facts: BundleFacts
    network: PlainNetwork
    card: str
    """Markdown."""
    arrays: bytes
    """Content of `abstaining.f32`; empty where there is none."""


def verify_bundle(path: str | Path) -> VerifiedBundle:
    """Check everything about a bundle but its answers.

    Raises:
        BundleError: as `load_bundle`.
    """
    folder = Path(path)
    _require_bundle(folder)
    _refuse_code(folder)
    facts = _verified_facts(folder)
    contents = {name: _verified(folder / name, one.sha256) for name, one in facts.files.items()}
    network = plain_network(contents.pop(MODEL_FILE))
    if network.class_names != facts.class_names:
        raise BundleError(
            f"{MODEL_FILE} calls its outputs {', '.join(network.class_names) or 'nothing'}, {BUNDLE_FILE} "
            f"{', '.join(facts.class_names)}; export the run again"
        )
    card = contents[CARD_FILE].decode("utf-8", "replace")
    return VerifiedBundle(facts, network, card, contents.get(ARRAYS_FILE, b""))


def _verified_facts(folder: Path) -> BundleFacts:
    """What `bundle.json` says, once it is the file that was written, as are the names and hashes it lists."""
    raw = _read(folder / BUNDLE_FILE)
    if not (folder / SUMS_FILE).is_file():
        parse_facts(_text(raw, BUNDLE_FILE))  # of an earlier schema, it says so
    sums = _sums(_text(_read(folder / SUMS_FILE), SUMS_FILE))
    if hashlib.sha256(raw).hexdigest() != sums.pop(BUNDLE_FILE, ""):
        raise BundleError(_CHANGED.format(folder / BUNDLE_FILE))
    facts = parse_facts(_text(raw, BUNDLE_FILE))
    if sums != {name: one.sha256 for name, one in facts.files.items()}:
        raise BundleError(_CHANGED.format(folder / SUMS_FILE))
    return facts


def _text(raw: bytes, name: str) -> str:
    return decode_text(raw, Document(name, BundleError, "copy the bundle again"))


def _sums(text: str) -> dict[str, str]:
    """File name -> SHA-256, from lines as `sha256sum` writes them; a line that is none lists nothing."""
    pairs = [line.split("  ", 1) for line in text.splitlines()]
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}


def _require_bundle(folder: Path) -> None:
    """Say what it is instead, where that can be told."""
    if is_bundle(folder):
        return
    if (folder / "run.json").is_file():
        remedy = "it is a run; make a bundle of it with `lentigo export RUN --out BUNDLE`"
        raise BundleError(f"{folder} is not a bundle: {remedy}")
    _refuse_code(folder)
    raise BundleError(
        f"{folder} is not a bundle: it has no {BUNDLE_FILE}; make one with `lentigo export RUN --out BUNDLE`"
    )


def _refuse_code(path: Path) -> None:
    """Refuse a file, or a folder that holds files, that can run code when opened."""
    for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if one.suffix.lower() in CAN_RUN_CODE:
            raise BundleError(
                f"{one} is refused: files of that kind ({one.suffix}) can run code. A bundle is a directory "
                f"with {MODEL_FILE}, {BUNDLE_FILE} and {CARD_FILE}, made by `lentigo export`"
            )


def _verified(path: Path, sha256: str) -> bytes:
    content = _read(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BundleError(_CHANGED.format(path))
    return content


def _read(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file():
        raise BundleError(f"{path} is missing or not a plain file; copy the bundle again")
    largest = LARGEST_MODEL if path.name == MODEL_FILE else LARGEST_TEXT
    return read_bytes(path, Document(path, BundleError, "copy the bundle again"), largest)
