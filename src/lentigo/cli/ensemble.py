"""`lentigo ensemble`: several runs as one, with weights chosen on images that none of them has learnt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lentigo.cli import output


def ensemble(
    members: Annotated[
        list[Path], typer.Argument(help="Runs on one split, or cross-validations on the same folds.")
    ],
    out: Annotated[Path, typer.Option(file_okay=False, help="The ensemble's directory.")],
    method: Annotated[
        str, typer.Option(help="How weights are chosen, one of {ensemble_methods}.")
    ] = "log-loss",
    mean: Annotated[
        Literal["arithmetic", "geometric"], typer.Option(help="How the members' probabilities are averaged.")
    ] = "arithmetic",
    manifest: Annotated[Path | None, typer.Option(help="Where the manifest is now, if it has moved.")] = None,
    allow_leak: Annotated[
        bool, typer.Option(help="Go on although images or groups were trained on; stamps LEAKED.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Put runs together: weights chosen on validation or out-of-fold answers, compared with the best member.

    The directory is asked like a run: lentigo predict, submit, compare, and evaluate --part test on purpose.
    """
    from lentigo.experiments.ensembling.ensemble_page import ensemble_text
    from lentigo.experiments.ensembling.ensembles import EnsembleOptions
    from lentigo.experiments.ensembling.ensembles import ensemble as put_together

    output.notice()
    facts = put_together(members, out, EnsembleOptions(method, mean, manifest, allow_leak))
    output.result(ensemble_text(facts), facts, json)
    output.advise(f"page: {out / 'ensemble.html'}")
    output.next_command(f"lentigo predict {out} IMAGES")
