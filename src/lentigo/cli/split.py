"""`lentigo split`: train, validation and test, with no group on two sides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lentigo.cli import output

if TYPE_CHECKING:
    from lentigo.api.data.importing import ImportOptions

Label = Annotated[str, typer.Option(help="With --given: as of `lentigo data import`.")]
Map = Annotated[list[str] | None, typer.Option("--map", help="With --given: as of `lentigo data import`.")]
Skip = Annotated[list[str] | None, typer.Option(help="With --given: as of `lentigo data import`.")]
OF_IMAGES = "Where to write; default: split.csv beside it. Of images: a folder, for their manifest too."
SHARES = "0.7,0.15,0.15"


def split(
    manifest: Annotated[
        Path, typer.Argument(help="manifest.csv, or its folder; with --given also images as they are given.")
    ],
    out: Annotated[Path | None, typer.Option(help=OF_IMAGES)] = None,
    given: Annotated[
        bool,
        typer.Option("--given", help="Keep the parts or folds that the images came in; audit them at once."),
    ] = False,
    label: Label = "",
    map_: Map = None,
    skip: Skip = None,
    fractions: Annotated[str, typer.Option(help="Shares of train, validation and test.")] = SHARES,
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
    from lentigo.api.data.dividing import divide

    if given:
        _refuse_shares(fractions, folds, seed)
        _keep(manifest, out, _options(label, map_, skip), force, json)
        return
    shares = parse_fractions(fractions)
    facts = divide(manifest, out, fractions=shares, folds=folds, seed=seed, overwrite=force)
    output.result(_text(Path(facts["path"]), facts), facts, json)
    output.next_command(
        f"lentigo train lite0-eight --manifest {facts['manifest']} --split {facts['path']} --out RUN"
    )


def _refuse_shares(fractions: str, folds: int, seed: int) -> None:
    from lentigo.settings.errors import SettingsError

    if (fractions, folds, seed) != (SHARES, 0, 0):
        raise SettingsError(
            "--given keeps the division as it is: --fractions, --folds and --seed make another"
        )


def _options(label: str, map_: list[str] | None, skip: list[str] | None) -> ImportOptions:
    from lentigo.api.data.importing import ImportOptions
    from lentigo.cli.data_import import parse_map

    return ImportOptions(class_map=parse_map(map_ or []), skip=skip or (), label=label)


def _keep(data: Path, out: Path | None, options: ImportOptions, force: bool, json: bool) -> None:
    """Keep a given division and tell what it leaks; exit code 1 where it does."""
    from lentigo.api.auditing.given_division import keep_division, leaks

    with output.phases() as advance:
        kept = keep_division(data, out, options, overwrite=force, progress=advance)
    found = leaks(kept.audit)
    facts = {"path": str(kept.split_path), "hash": kept.split.hash, **kept.split.facts, "leaks": found}
    lines = [f"LEAKS    {check['code']}  {check['title']}: {check['text']}" for check in found]
    told = lines or ["no leak found between its parts"]
    output.result("\n".join([_text(kept.split_path, facts), *told]), facts, json)
    output.advise(f"{kept.manifest.parent / 'audit' / 'audit.html'} shows all that was looked for")
    if found:
        output.next_command(f"lentigo split {kept.manifest.parent} --force")
        raise typer.Exit(1)
    output.next_command(
        f"lentigo train lite0-eight --manifest {kept.manifest} --split {kept.split_path} --out RUN"
    )


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
