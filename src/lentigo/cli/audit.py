"""`lentigo audit`: what is shared between parts, contradicts itself, or tells the class on the side."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from lentigo.cli import output

FINDING = 1
SEVERITIES = ("notice", "warning", "error")


Place = Path | None
Listing = Annotated[Place, typer.Option(help="Table or folder of the images of this part.")]


Data = Annotated[
    Place, typer.Argument(help="Manifest or its folder, a table of images, or a folder of images.")
]
Images = Annotated[
    Place, typer.Option(help="Folder of the images that tables name, or where a manifest's are now.")
]
Folds = Annotated[
    int, typer.Option(min=0, help="Deal images one by one into so many folds; tell what that leaks.")
]
Compare = Annotated[
    bool, typer.Option("--near-duplicates/--no-near-duplicates", help="Look for near-duplicates.")
]
Out = Annotated[
    Place,
    typer.Option(file_okay=False, help="Folder of the results; default: audit, beside the manifest."),
]


def audit(
    data: Data = None,
    train: Listing = None,
    validation: Listing = None,
    test: Listing = None,
    split: Annotated[Place, typer.Option(help="Default: split.csv beside the manifest.")] = None,
    images: Images = None,
    metadata: Annotated[Place, typer.Option(help="Table with lesions, patients, age, sex, site.")] = None,
    folds: Folds = 0,
    seed: Annotated[int, typer.Option(help="Seed of the random folds.")] = 0,
    compare: Compare = True,
    fail_on: Annotated[str, typer.Option(help="Exit with 1 from: notice, warning, error.")] = "error",
    out: Out = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check data by numbered checks: leaks, labels, shortcuts, files, groups. Exit code 1 for an error found.

    Of one data set, or of anybody's lists: lentigo audit DATA, lentigo audit --train A.csv --test B.csv.
    """
    from lentigo.api import audit as look
    from lentigo.api.auditing.auditing import AuditOptions

    lists = {"train": train, "validation": validation, "test": test}
    named = {part: place for part, place in lists.items() if place is not None}
    audited = _audited(data, named, fail_on)
    options = AuditOptions(images, metadata, folds, seed, compare, shlex.join(["lentigo", *sys.argv[1:]]))
    place = out or _default_folder(data)
    with output.phases() as advance:
        found = look(audited, split, place, options, advance)
    output.result(in_words(found), {**found, "folder": str(place)}, json)
    output.advise(f"{place / 'audit.html'} shows it all; pairs.csv lists {_num_pairs(found):,} pairs")
    if found["remedy"]:
        output.next_command(" && ".join(found["remedy"]))
    if found["worst"] and SEVERITIES.index(found["worst"]) >= SEVERITIES.index(fail_on):
        raise typer.Exit(FINDING)


def _audited(data: Path | None, named: dict[str, Path], fail_on: str) -> Path | dict[str, Path]:
    """What is to be audited: one data set, or two lists and more."""
    from lentigo.settings.errors import SettingsError

    if fail_on not in SEVERITIES:
        raise SettingsError(f"--fail-on {fail_on}: expected {', '.join(SEVERITIES)}")
    if data is not None and named:
        raise SettingsError(f"name either {data} or --{next(iter(named))}, not both")
    if data is None and len(named) < 2:
        raise SettingsError("name what is to be audited: DATA, or two of --train, --validation, --test")
    return data if data is not None else named


def _default_folder(data: Path | None) -> Path:
    from lentigo.api.auditing.auditing import is_manifest

    if data is None or not is_manifest(data):
        return Path("audit")
    return (data if data.is_dir() else data.parent) / "audit"


def in_words(found: dict[str, Any]) -> str:
    """The whole result as text: findings, worst first, and counts."""
    parts = ", ".join(f"{part} {n:,}" for part, n in found["parts"].items()) or "one part"
    lines = [f"{found['n_images']:,} images in {found['n_groups']:,} groups: {parts}"]
    findings = [check for check in found["checks"] if check["status"] == "found"]
    for check in sorted(findings, key=lambda check: -SEVERITIES.index(check["severity"])):
        lines.append(f"{check['severity']:<8} {check['code']}  {check['title']}: {check['text']}")
    lines += _exposure_lines(found)
    return "\n".join([*lines, _last_line(found)])


def _last_line(found: dict[str, Any]) -> str:
    """How many of each severity; why a check was not run is told on the page."""
    from lentigo.report.pages.audit_page import headline

    counts = found["counts"]
    has_findings = any(counts[severity] for severity in SEVERITIES)
    passed = [f"{counts['passed']} passed"] if has_findings else []
    not_run = [f"{counts['not run']} not run"] if counts["not run"] else []
    return "; ".join([headline(found), ", ".join(passed + not_run)]).removesuffix("; ")


def _exposure_lines(found: dict[str, Any]) -> list[str]:
    """A table of what evaluated images show of trained lesions, where any lesion is known."""
    entries = [entry for entry in found["exposure"] if entry["lesion_share"] is not None]
    if not entries:
        return []
    lines = ["", f"{'images that show a lesion of earlier parts':<52}{'found':>10}{'split per image':>18}"]
    for entry in entries:
        if entry["class"] != "all" and not entry["lesion_share"]:
            continue
        name = entry["part"] if entry["class"] == "all" else f"  {entry['class']}"
        title = f"{name} (lesion known of {entry['n_lesions_known']:,} in {entry['n_images']:,})"
        lines.append(f"{title:<52}{entry['lesion_share']:>10.1%}{entry['expected_lesion_share']:>18.1%}")
    return [*lines, ""]


def _num_pairs(found: dict[str, Any]) -> int:
    return sum(int(kind["n"]) for kind in found["pairs"].values())
