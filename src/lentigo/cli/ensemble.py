"""`lentigo ensemble`: several runs as one, with weights chosen on images that none of them has learnt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lentigo.cli import output

Members = Annotated[
    list[Path],
    typer.Argument(help="Runs on one split, cross-validations on the same folds; or tables of predictions."),
]
Method = Annotated[str, typer.Option(help="How weights are chosen, one of {ensemble_methods}.")]
Mean = Annotated[
    Literal["arithmetic", "geometric"], typer.Option(help="How the members' probabilities are averaged.")
]
Truth = Annotated[
    Path | None, typer.Option(help="Of tables: the classes of their images; default: the first's own.")
]
AllowLeak = Annotated[
    bool, typer.Option(help="Go on although images or groups were trained on; stamps LEAKED.")
]


def ensemble(
    members: Members,
    out: Annotated[Path, typer.Option(file_okay=False, help="The ensemble's directory.")],
    method: Method = "log-loss",
    mean: Mean = "arithmetic",
    manifest: Annotated[Path | None, typer.Option(help="Where the manifest is now, if it has moved.")] = None,
    truth: Truth = None,
    allow_leak: AllowLeak = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Put runs together: weights chosen on validation or out-of-fold answers, compared with the best member.

    The directory is asked like a run: lentigo predict, submit, compare, and evaluate --part test on purpose.
    """
    from lentigo.experiments.ensembling.ensemble_page import ensemble_text
    from lentigo.experiments.ensembling.ensembles import EnsembleOptions
    from lentigo.experiments.ensembling.table_ensembles import put_together
    from lentigo.experiments.held_out import has_table

    output.notice()
    facts = put_together(members, out, EnsembleOptions(method, mean, manifest, allow_leak), truth)
    output.result(ensemble_text(facts), facts, json)
    output.advise(f"page: {out / 'ensemble.html'}")
    if not has_table(members):
        output.next_command(f"lentigo predict {out} IMAGES")
