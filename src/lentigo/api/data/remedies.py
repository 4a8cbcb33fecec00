"""What an audit has found in; the commands that remedy it, out."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lentigo.data.split import load_split
from lentigo.evaluation.checks.groups import UnlinkedCopies

PAIRS_FILE = "pairs.csv"


def remedy_commands(
    checks: Sequence[Mapping[str, Any]], data: Mapping[str, Any], out: Path | None
) -> list[str]:
    """Commands that put copies and linked images on one side, in order.

    Args:
        checks: those of `audit.json`.
        data: where the images come from, as there.
        out: the folder with `pairs.csv`; None: it has not been written.

    Returns:
        Empty for lists of other people, which are theirs to remedy, and where nothing can be remedied so.
    """
    found = {check["code"] for check in checks if check["status"] == "found"}
    if "manifest" not in data:
        return []
    commands, place = [], _short(Path(data["manifest"]))
    is_unlinked = UnlinkedCopies.code in found and out is not None
    if is_unlinked:
        commands.append(shlex.join(["lentigo", "data", "link", str(place), str(Path(str(out)) / PAIRS_FILE)]))
    is_cut = any(code.startswith("L") for code in found) and "random_folds" not in data
    if "split" in data and (is_unlinked or is_cut):
        commands.append(split_command(place, Path(data["split"])))
    return commands


def split_command(manifest: Path, split: Path | None = None) -> str:
    """The command that divides a manifest's images: as they were divided before, where they were.

    Args:
        manifest: `manifest.csv`, or its folder.
        split: the split that is to be made again; default: that beside the manifest, if there is one. The
            copy that a run keeps is not touched.
    """
    beside = (manifest if manifest.is_dir() else manifest.parent) / "split.csv"
    facts = load_split(split or beside).facts if (split or beside).is_file() else {}
    place = beside if split is None or (split.parent / "run.json").is_file() else split
    words = ["lentigo", "split", str(manifest), *_as_before(facts)]
    words += ["--out", str(place)] if place != beside else []
    words += ["--force"] if place.is_file() else []
    return shlex.join(words)


def _as_before(facts: Mapping[str, Any]) -> list[str]:
    """Options with which a split was made, where they are not what is usual."""
    words = []
    if (fractions := facts.get("fractions")) not in (None, [0.7, 0.15, 0.15]):
        words += ["--fractions", ",".join(f"{share:g}" for share in fractions)]
    for name in ("folds", "seed"):
        if value := facts.get(name):
            words += [f"--{name}", str(value)]
    return words


def _short(manifest: Path) -> Path:
    """The folder, which says the same as the path of its `manifest.csv`."""
    return manifest.parent if manifest.name == "manifest.csv" else manifest
