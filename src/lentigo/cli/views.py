"""Ways to look at an image on the command line: the part of `lentigo evaluate` that `--views` asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lentigo.cli import output

SHOWN = ("balanced_accuracy", "accuracy", "malignant_roc_auc")


def look(run: Path, names: list[str], part: str, manifest: Path | None, allow_leak: bool) -> dict[str, Any]:
    """Compare ways of looking at the images of a part; `manifest` is where the run's own is now."""
    from lentigo.api.evaluating.viewing import evaluate_views

    with output.progress("looking again") as advance:
        found = evaluate_views(
            run, names, part=part, manifest=manifest, allow_leak=allow_leak, progress=advance
        )
    if part == "test":
        output.advise("this look at the test part has been logged in the run")
    output.advise(f"written to {run / 'views' / f'{part}.json'}")
    return found


def in_words(found: dict[str, Any]) -> str:
    """Of each way the passes of the network, its figures, and what they gain over the run's own way."""
    from lentigo.report.drawing.differences import signed_range, signed_text

    mark = "LEAKED " if found["leaked"] else ""
    lines = [
        f"{mark}{found['part']}: {found['n_images']} images, {found['n_groups']} groups, "
        f"split {found['split_hash'][:12]}; the run's own way is {found['own']}"
    ]
    for name, way in found["views"].items():
        passes = "1 pass" if way["num_views"] == 1 else f"{way['num_views']} passes"
        taken = "" if way["seconds"] is None else f", {way['seconds']:.1f} s"
        lines.append(f"{name}: {passes} an image{taken}")
        for figure in SHOWN:
            if figure in way["figures"]:
                told, gained = way["figures"][figure]["first"], way["figures"][figure]["difference"]
                gain = f"{signed_text(gained['value'])} [{signed_range(gained) or 'interval undefined'}]"
                title = f"  {mark}{figure.replace('_', ' ')}"
                lines.append(f"{title:<30}{output.number(told)}  against {found['own']}: {gain}")
    return "\n".join(lines)
