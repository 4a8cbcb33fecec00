"""`lentigo data import`: images and tables become a manifest; bad files are counted and listed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lentigo.cli import output

if TYPE_CHECKING:
    pass


Folder = Annotated[
    Path, typer.Argument(help="Images with a table of labels or class folders; or that table.")
]
Out = Annotated[
    Path, typer.Option(file_okay=False, help="A folder for manifest.csv; the images stay where they are.")
]
Source = Annotated[str, typer.Option(help="The form the data are in: guess, or one of {sources}.")]
Map = Annotated[list[str] | None, typer.Option("--map", help="What a class of the source means: name=CLASS.")]
Skip = Annotated[
    list[str] | None, typer.Option(help="A class of the source whose images are left out; repeatable.")
]
Label = Annotated[str, typer.Option(help="The column that says the class, where a table has several.")]
Duplicates = Annotated[
    list[Path] | None, typer.Option(help="Near-duplicates: image,duplicate_group or pairs; repeatable.")
]
Only = Annotated[Path | None, typer.Option(help="A table with a column `image`: take only these images.")]
View = Annotated[
    Literal["dermoscopic", "clinical", "both"] | None,
    typer.Option(help="Which photographs of a lesion, where tables tell; default: dermoscopic."),
]
TablesOnly = Annotated[bool, typer.Option("--tables-only", help="Believe the tables and open no image.")]


def data_import(
    folder: Folder,
    out: Out,
    source: Source = "guess",
    map_: Map = None,
    skip: Skip = None,
    label: Label = "",
    duplicates: Duplicates = None,
    only: Only = None,
    view: View = None,
    tables_only: TablesOnly = False,
    force: Annotated[bool, typer.Option(help="Replace an existing manifest.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Read every image and its label into one manifest.

    Files that cannot be used are left out, counted, and listed with the reason in problems.csv.
    """
    from lentigo.api.data.importing import ImportOptions, import_data, imported_facts
    from lentigo.api.data.remedies import split_command

    options = ImportOptions(
        source, parse_map(map_ or []), skip or (), label, duplicates or (), only, view or "", tables_only
    )
    with output.phases() as advance:
        result = import_data(folder, out, options, overwrite=force, progress=advance)
    facts = imported_facts(result, out)
    output.result(_text(facts), facts, json)
    output.next_command(split_command(out))


def parse_map(entries: list[str]) -> dict[str, str]:
    """Read `name=CLASS` entries.

    Raises:
        SettingsError: an entry without `=`.
    """
    from lentigo.settings.errors import SettingsError

    wrong = [entry for entry in entries if "=" not in entry]
    if wrong:
        raise SettingsError(f"--map {wrong[0]}: expected name=CLASS, such as --map nevus=NV")
    return dict(entry.split("=", 1) for entry in entries)


def _text(facts: dict[str, object]) -> str:
    counts = facts["class_counts"]
    assert isinstance(counts, dict)
    lines = [
        f"{facts['images']} images, {facts['rejected']} rejected, {facts['remarks']} remarks",
        f"  -> {facts['manifest']}",
    ]
    lines += [f"  {name:<6} {count:>7,}" for name, count in counts.items()]
    if isinstance(official := facts["official"], dict):
        agrees = "differs from" if official["differences"] else "agrees with"
        counted = f"{official['expected_images']:,} {official.get('counted', 'images')}"
        lines.append(f"{official['name']}: the table {agrees} its {counted} by class")
    return "\n".join(lines + _terms(facts))


def _terms(facts: dict[str, object]) -> list[str]:
    """Whose the images are and on which terms, as far as that is known."""
    licences, about = facts["licences"], facts["set"]
    assert isinstance(licences, dict)
    counts = ", ".join(f"{name} ({num:,})" if len(licences) > 1 else name for name, num in licences.items())
    lines = [f"licence: {counts}"] if counts else []
    return [*lines, f"cite: {about['citation']} ({about['page']})"] if isinstance(about, dict) else lines
