"""`lentigo score`: a submission scored by the official rules of its ISIC challenge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from lentigo.cli import output

MAIN = {"macro_f1": "macro F1", "balanced_accuracy": "balanced accuracy"}
SHOWN = ("f1", "sensitivity", "specificity", "ppv", "roc_auc", "average_precision")


def score(
    submission: Annotated[
        Path, typer.Argument(help="A CSV: image or lesion_id, then one column a category.")
    ],
    truth: Annotated[Path, typer.Option(help="The ground truth: one-hot, perhaps with score_weight.")],
    challenge: Annotated[
        Literal["2018", "2019", "milk10k"],
        typer.Option(help="Whose rules; milk10k answers lesions and ranks by macro F1."),
    ] = "2019",
    run: Annotated[
        Path | None, typer.Option(help="The run that answered: what it was trained on is refused.")
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="Where the run's manifest is now, if it has moved.")
    ] = None,
    metadata: Annotated[
        Path | None, typer.Option(help="A table with lesion_id or patient_id: groups for the intervals.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="An image that does not count: ISIC_0035068.")
    ] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="Classes to be put together: AKIEC=AK+SCC.")
    ] = None,
    allow_leak: Annotated[
        bool, typer.Option(help="Go on although images or groups were trained on; stamps LEAKED.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check a submission, and compare it with the truth."""
    from lentigo.api.challenges.scoring import ScoreOptions
    from lentigo.api.challenges.scoring import score as score_submission
    from lentigo.evaluation.class_map import parse_class_map

    output.notice()
    classes = parse_class_map(map_ or [])
    options = ScoreOptions(run, manifest, metadata, tuple(exclude or ()), classes, allow_leak, challenge)
    found = score_submission(submission, truth, options)
    output.result(in_words(found), found, json)
    if not found["leak_checked"]:
        output.advise("not checked for leaks: give --run with the run that answered")


def in_words(found: dict[str, Any]) -> str:
    """The main score, then a line a category."""
    mark = "LEAKED " if found["leaked"] else ""
    noun = found["answered"]
    grouped = f"{found['n_groups']} groups" if found["groups_known"] else "each image a group of its own"
    lines = [
        f"{mark}{found['submission']} on {found['truth']}: {found['n_images']} {noun}s, {grouped}, "
        f"{found['without_weight']} without weight, {found['undecided']} undecided",
        *(f"{mark}{title:<20} {output.number(found[name])}" for name, title in MAIN.items() if name in found),
    ]
    if found["absent_categories"]:
        counted = "; in macro F1 each counts as 1 unless it is answered, by the official rule"
        lines.append(
            f"no {noun}s of {', '.join(found['absent_categories'])}: left out of the mean"
            + (counted if "macro_f1" in found else "")
        )
    if "macro_f1" in found and found["at_half"]:
        lines.append(
            f"{found['at_half']} values are exactly 0.5: a yes by the challenge's page and here, a no in the "
            "code of its scorer (isic-challenge-scoring 5.8.0)"
        )
    rows = {**found["per_category"], "mean": found["macro_average"]}
    for name, figures in rows.items():
        lines += [f"{mark}{name:<8} {_label(figure)} {output.number(figures[figure])}" for figure in SHOWN]
    return "\n".join(lines)


def _label(figure: str) -> str:
    return f"{figure.replace('_', ' '):<18}"
