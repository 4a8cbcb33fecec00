"""A filled folder and its facts in; a bundle directory, put in place whole, out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from lentigo.bundle.card.card import model_card
from lentigo.bundle.format import (
    BUNDLE_FILE,
    CARD_FILE,
    CHECKLISTS_FILE,
    MODEL_FILE,
    SUMS_FILE,
    BundleFacts,
    BundleFile,
)
from lentigo.bundle.loading import is_bundle
from lentigo.evaluation.abstaining.rule import ARRAYS_FILE
from lentigo.onnx_file.plain import plain_network, with_class_names
from lentigo.settings.errors import BundleError
from lentigo.settings.files import (
    explained,
    make_folder,
    require_ordinary,
    sha256_of,
    write_bytes,
    write_text,
)


@contextmanager
def staged(
    out: Path, is_earlier: Callable[[Path], bool] = is_bundle, kind: str = "a bundle"
) -> Iterator[Path]:
    """A new folder beside `out` that takes its place when the block ends well, and vanishes otherwise.

    Args:
        out: the place.
        is_earlier: whether what is there may be replaced.
        kind: what is made, in words.

    Raises:
        BundleError: at `out` is something that may not be replaced.
        FileError: there is no room, or the place cannot be written to.
    """
    require_ordinary(out)
    if out.exists() and not is_earlier(out) and not (out.is_dir() and not any(out.iterdir())):
        raise BundleError(f"{out} exists and is not {kind}; give another place, or remove it first")
    folder = out.with_name(f".tmp-{os.getpid()}-{out.name}")
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    try:
        yield folder
        _put_in_place(folder, out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def finish_bundle(folder: Path, facts: BundleFacts) -> BundleFacts:
    """Name the classes in the network that lies in `folder`; write card, `bundle.json` and hashes beside it.

    Args:
        folder: holds `model.onnx`, perhaps `CHECKLISTS.md`, and `abstaining.f32` where `abstaining` lists
            arrays.
        facts: whose `files` are filled in here.

    Returns:
        The facts as written.
    """
    network = with_class_names(plain_network((folder / MODEL_FILE).read_bytes()), facts.class_names)
    write_bytes(folder / MODEL_FILE, network.content)
    write_text(folder / CARD_FILE, model_card(facts))
    return seal(folder, facts)


def seal(folder: Path, facts: BundleFacts) -> BundleFacts:
    """Write `bundle.json` with the hashes of the files that lie there, and `SHA256SUMS` with its own too."""
    files = {
        name: BundleFile(sha256_of(folder / name), (folder / name).stat().st_size)
        for name in (MODEL_FILE, CARD_FILE, CHECKLISTS_FILE, ARRAYS_FILE)
        if (folder / name).is_file()
    }
    complete = replace(facts, files=files)
    write_text(folder / BUNDLE_FILE, complete.to_json())
    sums = {BUNDLE_FILE: sha256_of(folder / BUNDLE_FILE), **{name: one.sha256 for name, one in files.items()}}
    write_text(folder / SUMS_FILE, "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items()))
    return complete


def _put_in_place(folder: Path, out: Path) -> None:
    """Swap directories by renaming: at no moment is there a bundle half old and half new."""
    old = out.with_name(f".tmp-{os.getpid()}-old-{out.name}")
    with explained(out):
        if out.exists():
            out.rename(old)
        folder.rename(out)
    shutil.rmtree(old, ignore_errors=True)
