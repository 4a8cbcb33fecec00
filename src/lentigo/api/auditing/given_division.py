"""Images that somebody else has divided in; that division as a split, and what it leaks, out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lentigo.api.auditing.auditing import AuditOptions, audit, is_manifest
from lentigo.api.data.importing import ImportOptions, import_data
from lentigo.data.given_split import given_split
from lentigo.data.manifest import load_manifest
from lentigo.data.split import Split, save_split
from lentigo.settings.errors import SettingsError
from lentigo.settings.phases import Phases


@dataclass(frozen=True)
class KeptDivision:
    """A division that was kept."""

    manifest: Path
    split_path: Path
    split: Split
    audit: dict[str, Any]
    """As of `audit`: its checks of letter L say what lies on two sides."""


def keep_division(
    data: str | Path,
    out: str | Path | None = None,
    options: ImportOptions | None = None,
    *,
    overwrite: bool = False,
    progress: Phases | None = None,
) -> KeptDivision:
    """Keep the parts or folds that images came in, and look at once for what they leak.

    Args:
        data: a manifest of images with a division of their own; or such images, as for `import_data`.
        out: of a manifest the `split.csv`, default: beside it; of images the folder for manifest and split.
        options: how images are to be read.
        overwrite: replace what is there.
        progress: called with (phase, done, total).

    Raises:
        SettingsError: images, and no folder to write to.
        DataError: nothing says a part, or the images cannot be read.
        SplitError: some images are in no part, or a split is there.
    """
    place = Path(data)
    if is_manifest(place):
        manifest = load_manifest(place)
        split_path = Path(out) if out is not None else Path(manifest.path or place).parent / "split.csv"
    elif out is None:
        raise SettingsError(
            f"{data} is no manifest; say with --out FOLDER where its manifest and split shall lie"
        )
    else:
        asked = replace(options or ImportOptions(), is_given=True)
        manifest = import_data(data, out, asked, overwrite=overwrite, progress=progress).manifest
        split_path = Path(out) / "split.csv"
    split_path = split_path / "split.csv" if split_path.is_dir() else split_path
    made = given_split(manifest)
    save_split(split_path, made, overwrite=overwrite)
    csv_file = Path(manifest.path or place)
    found = audit(csv_file, split_path, csv_file.parent / "audit", AuditOptions(), progress)
    return KeptDivision(csv_file, split_path, made, found)


def leaks(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Checks of an audit that found something on two sides."""
    return [
        check for check in found["checks"] if check["code"].startswith("L") and check["status"] == "found"
    ]
