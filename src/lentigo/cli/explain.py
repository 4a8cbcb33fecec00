"""`lentigo explain`: where the network looked, and whether its maps can be believed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from lentigo.cli import output

FINDING = 1
"""Exit code."""

Target = Literal["predicted", "truth", "all"]


def explain(
    run: Annotated[Path, typer.Argument(help="A run directory.")],
    images: Annotated[list[Path] | None, typer.Argument(help="Images; default: some of the part.")] = None,
    part: Annotated[Literal["validation", "test"], typer.Option(help="Where to take images.")] = "validation",
    count: Annotated[int, typer.Option(min=1, help="How many images of the part, spread over classes.")] = 24,
    method: Annotated[str, typer.Option(help="How a map is made, one of {saliency_methods}.")] = "gradcam",
    target: Annotated[
        Target, typer.Option(help="Which class to explain; all: a map for each.")
    ] = "predicted",
    check: Annotated[
        bool, typer.Option("--check", help="Also test whether maps can be believed: checks.html.")
    ] = False,
    out: Annotated[Path | None, typer.Option(file_okay=False, help="Folder; default: RUN/saliency.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="Where the manifest is now, if it has moved.")] = None,
    masks: Annotated[
        Path | None, typer.Option(help="Folder of lesion masks; default: those of drawn images.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Draw saliency overlays, contact sheets by class, and explanation.json with figures of each map.

    With --check every method is tested on the same images: heat on the evidence where masks say where that
    is, random weights, deletion and insertion, heat at the border. Exit code 1 when there are findings.
    """
    from lentigo import api
    from lentigo.api.explaining.images_to_explain import choose_images
    from lentigo.settings.run import RunDirectory

    _refuse(method, check and bool(images))
    output.notice()
    opened = RunDirectory.existing(run)
    shared: dict[str, Any] = {"out": out, "masks": masks}
    with output.progress("explaining") as advance:
        to_explain = choose_images(opened, images or (), part=part, count=count, manifest=manifest)
        drawn = api.explain(
            opened, to_explain=to_explain, method=method, target=target, progress=advance, **shared
        )
    _advise(drawn)
    if check:
        checks = api.check_saliency(opened, to_explain=to_explain, say=output.advise, **shared)
        _tell_checks(drawn, checks, json)
    else:
        output.result(_overlays(drawn), drawn, json)


def _refuse(method: str, has_files: bool) -> None:
    """Stop at options that make no sense before images are looked at.

    Raises:
        SettingsError: there is no such method, or checks are asked for of files whose class is not known.
    """
    from lentigo.explanation.methods import method_named
    from lentigo.settings.errors import SettingsError

    method_named(method)
    if has_files:
        raise SettingsError("--check needs images whose class is known; leave the files out and use --part")


def _overlays(drawn: dict[str, Any]) -> str:
    return f"{len(drawn['overlays'])} overlays and {drawn['sheet']}"


def _tell_checks(drawn: dict[str, Any], checks: dict[str, Any], as_json: bool) -> None:
    """Print both results, and exit with 1 where there are findings."""
    output.result(f"{_overlays(drawn)}\n{summary(checks)}", {**drawn, "checks": checks}, as_json)
    if checks["findings"]:
        raise typer.Exit(FINDING)


def _advise(drawn: dict[str, Any]) -> None:
    """Say what is odd about the maps, and that test images were looked at beside their truth."""
    for warning in drawn["warnings"]:
        output.advise(f"warning: {warning}")
    if drawn["part"] == "test":
        output.advise("this look at the test part has been logged in the run")


def summary(checks: dict[str, Any]) -> str:
    """The checks in lines: a method each, then what was found, then where the page is."""
    place = next(name for name in ("evidence", "lesion", "border") if name in checks["area"])
    mark = "LEAKED " if checks.get("leaked") else ""
    lines = [
        f"{mark}share of heat on the {place}, trained | random weights; area {_value(checks['area'][place])}"
    ]
    for method in checks["methods"].values():
        heat, likeness = method["heat"][place], method["random_weights"]["rank_correlation"]
        shares = f"{output.number(heat['trained'])} | {output.number(heat['random_weights'])}"
        areas = f"deletion {_value(method['deletion'])}  insertion {_value(method['insertion'])}"
        lines.append(f"  {method['title']:<11}{shares}  rank correlation {output.number(likeness)}  {areas}")
    lines += [f"finding: {finding}" for finding in checks["findings"]] or ["no findings"]
    return "\n".join([*lines, f"page: {checks['page']}"])


def _value(interval: dict[str, Any]) -> str:
    return "undefined" if interval["value"] is None else f"{interval['value']:.3f}"
