"""`lentigo split`: train, validation and test, with no group on two sides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lentigo.cli import output


def split(
    manifest: Annotated[Path, typer.Argument(help="manifest.csv, or its folder.")],
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to write; default: split.csv beside it.")
    ] = None,
    fractions: Annotated[str, typer.Option(help="Shares of train, validation and test.")] = "0.7,0.15,0.15",
    folds: Annotated[
        int, typer.Option(min=0, help="Number the images outside test into this many folds.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same split.")] = 0,
    force: Annotated[bool, typer.Option(help="Replace an existing split.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Divide images into train, validation and test: stratified by class, groups kept whole.

    A group is every image linked by patient, lesion, near-duplicate cluster or identical bytes.
    """
    from lentigo.data.manifest import load_manifest
    from lentigo.data.split import make_split, save_split

    shares = parse_fractions(fractions)
    loaded = load_manifest(manifest)
    path = out or Path(loaded.path or manifest).parent / "split.csv"
    made = make_split(loaded, fractions=shares, seed=seed, folds=folds)
    save_split(path, made, overwrite=force)
    facts = {"path": str(path), "hash": made.hash, **made.facts}
    output.result(_text(path, facts), facts, json)
    output.next_command(f"lentigo train lite0-eight --manifest {loaded.path} --split {path} --out RUN")


def parse_fractions(text: str) -> tuple[float, float, float]:
    """Read `0.7,0.15,0.15`.

    Raises:
        SettingsError: not three shares that add up to 1.
    """
    from lentigo.settings.errors import SettingsError

    try:
        train, validation, test = (float(part) for part in text.split(","))
    except ValueError as error:
        raise SettingsError(f"--fractions {text}: expected three numbers such as 0.7,0.15,0.15") from error
    if train <= 0 or min(validation, test) < 0 or abs(train + validation + test - 1) > 1e-6:
        raise SettingsError(f"--fractions {text}: three shares that add up to 1 are needed, train above 0")
    return train, validation, test


def _text(path: Path, facts: dict[str, Any]) -> str:
    counts, parts = facts["class_counts"], list(facts["class_counts"])
    lines = [
        f"wrote {path}, hash {facts['hash'][:12]}",
        f"  {'':<8}" + "".join(f"{part:>12}" for part in parts),
    ]
    for title in ("images", "groups"):
        lines.append(f"  {title:<8}" + "".join(f"{facts[f'num_{title}'][part]:>12,}" for part in parts))
    for name in counts[parts[0]]:
        lines.append(f"  {name:<8}" + "".join(f"{counts[part][name]:>12,}" for part in parts))
    largest = facts["largest_group"]
    lines.append(f"largest group: {largest['num_images']} images (that of {largest['group']})")
    return "\n".join(lines)
