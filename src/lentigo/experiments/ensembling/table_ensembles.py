"""Tables of anybody's predictions, perhaps beside runs, in; their weighted mean, judged and saved, out.

Weights are chosen as for runs (see `ensembles`). What comes out is no run: nobody can ask a table about other
images.

    OUT/predictions.csv    each image answered with weights that were chosen without its group
    OUT/evaluation.json, OUT/report.html their figures; OUT/ensemble.json, ensemble.html, .png as of runs
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.source import Source
from lentigo.api.judging.reporting import report_answers
from lentigo.evaluation.evaluate import evaluate_predictions, save_evaluation
from lentigo.evaluation.predictions import save_predictions
from lentigo.experiments.ensembling.ensemble_page import write_ensemble
from lentigo.experiments.ensembling.ensembles import EnsembleOptions, choose_mean, ensemble, ensemble_facts
from lentigo.experiments.held_out import SideOptions, has_table, hold_out_all
from lentigo.settings.errors import RunError, SettingsError


def put_together(
    members: Sequence[str | Path],
    out: str | Path,
    options: EnsembleOptions | None = None,
    truth: str | Path | None = None,
) -> dict[str, Any]:
    """Put runs together, or tables of predictions; see `ensemble` and `ensemble_tables`.

    Raises:
        SettingsError: a truth is told of runs, which know theirs.
    """
    if has_table(members):
        return ensemble_tables(members, out, options or EnsembleOptions(), truth)
    if truth is not None:
        raise SettingsError("--truth leaves no use for runs, which know theirs; leave it out")
    return ensemble(members, out, options)


def ensemble_tables(
    members: Sequence[str | Path], out: str | Path, options: EnsembleOptions, truth: str | Path | None = None
) -> dict[str, Any]:
    """Put tables, and perhaps runs, together.

    Args:
        members: two or more; answers on images that none has learnt, such as validation.
        out: a folder that holds nothing yet.
        options: as of runs.
        truth: the classes of images that only tables answer; by default the first table says them.

    Returns:
        As `ensemble.json`.

    Raises:
        RunError: fewer than two members, or the folder holds something.
        DataError, TableError, LeakError: see `hold_out_all`.
    """
    folder = Path(out)
    if len(members) < 2:
        raise RunError("an ensemble needs two members or more")
    if folder.exists() and any(folder.iterdir()):
        raise RunError(f"{folder} is not empty; give another folder, or delete it")
    side = SideOptions("", options.manifest, truth, options.allow_leak)
    held = hold_out_all(members, side)
    chosen = choose_mean((), held, options)
    whole = _whole(held, chosen.answers)
    facts = ensemble_facts(whole, chosen, options)
    result = evaluate_predictions(whole.predictions, whole.groups, whole.context)
    save_predictions(folder / "predictions.csv", whole.predictions)
    save_evaluation(folder / "evaluation.json", whole.source.named()["name"], result)
    report_answers(whole, result, folder / "report.html")
    write_ensemble(folder, facts)
    return facts


def _whole(held: Sequence[Answers], probabilities: Any) -> Answers:
    """The mean as answers of nobody who could be asked again."""
    first = held[0]
    name = " + ".join(one.source.named()["name"] for one in held)
    context = replace(first.context, leaked=any(one.context.leaked for one in held))
    predictions = replace(first.predictions, probabilities=probabilities)
    return Answers(predictions, first.groups, context, Source(name))
