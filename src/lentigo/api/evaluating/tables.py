"""Anybody's predictions and the truth in; all figures and the report, as of a run, out."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from lentigo.api.answers.source import Asked
from lentigo.api.answers.tables.given import Given
from lentigo.api.answers.tables.opening import OpenedTable, TableOptions, open_table
from lentigo.api.answers.tables.reading import ReadOptions
from lentigo.api.answers.validation_fit import VALIDATION, check_prior
from lentigo.api.judging.figures import explained_figures
from lentigo.api.judging.reporting import report_answers
from lentigo.evaluation.evaluate import evaluated_parts, save_evaluation
from lentigo.evaluation.predictions import save_predictions
from lentigo.settings.errors import RunError, SettingsError
from lentigo.settings.run import RunDirectory

Json = dict[str, Any]


def evaluate_answers(
    answers: Given,
    truth: Given | None = None,
    out: str | Path | None = None,
    asked: Asked | None = None,
    **options: Any,
) -> Json:
    """Judge anybody's predictions: intervals, calibration, operating points, subgroups, leaks, report.

    Args:
        answers: a CSV file, a DataFrame, or an array (N, K) with `class_names`: probabilities or logits.
        truth: a table, a manifest or its folder, a DataFrame, or classes (N,): names, or places among
            `class_names`; None where the answers' own table says it.
        out: folder for `predictions.csv`, `evaluation.json` and `report.html`; None writes nothing.
        asked: the prior that decisions are measured for, rules for thresholds, and whether to be brief.
        options: further fields of `TableOptions` (`validation`, `trained_on`, `part`, `class_names`,
            `groups`, `malignant`, `allow_leak`) and of `ReadOptions` (`class_map`, `group_columns`,
            `subgroup_columns`).

    Returns:
        As an entry of `evaluation.json`, with `answers` (how they were read, and whether leaks were looked
        for), `shared_groups` (None: nobody has said what was learnt from) and `unavailable`.

    Raises:
        TableError, DataError: something cannot be read or does not fit together.
        LeakError: images, or their groups, were learnt from, or would be fitted on.
        SettingsError: there is no such option, or it cannot be used.
    """
    chosen = asked or Asked()
    opened = open_table(answers, table_options(truth, options), chosen)
    context = opened.answers.context
    check_prior(chosen.prior, opened.answers.predictions.class_names, context.malignant)
    result = {
        **explained_figures(opened.answers),
        "answers": opened.facts,
        "shared_groups": opened.shared_groups,
    }
    if out is not None:
        save(Path(out), opened, result)
    return result


def table_options(truth: Given | None, options: Json) -> TableOptions:
    """Options by their names.

    Raises:
        SettingsError: there is no such option.
    """
    reading = {item.name for item in fields(ReadOptions)}
    known = {item.name for item in fields(TableOptions)} - {"reading"}
    wrong = sorted(set(options) - reading - known)
    if wrong:
        raise SettingsError(
            f"there is no option {wrong[0]}; options are {', '.join(sorted(known | reading))}"
        )
    read: Json = {
        name: value if name == "class_map" else tuple(value)
        for name, value in options.items()
        if name in reading
    }
    rest = {name: value for name, value in options.items() if name in known}
    return TableOptions(truth=truth, reading=ReadOptions(**read), **rest)


def save(folder: Path, opened: OpenedTable, result: Json) -> None:
    """Write answers, figures and page; parts that were judged before are kept.

    Raises:
        RunError: the folder is that of a run.
    """
    if RunDirectory(folder).record():
        raise RunError(f"{folder} holds a run; give another folder with --out")
    path, document = folder / "predictions.csv", folder / "evaluation.json"
    if path.is_file() and not document.is_file():
        raise RunError(f"{path} is there already and no evaluation beside it; give another folder with --out")
    if any(
        entry["answers"]["sha256"] != result["answers"]["sha256"]
        for entry in evaluated_parts(document).values()
    ):
        # figures of another table say nothing of this one
        path.unlink(missing_ok=True)
        document.unlink()
    save_predictions(path, opened.answers.predictions)
    if opened.validation is not None and opened.answers.context.part != VALIDATION:
        save_predictions(path, opened.validation)
    name = opened.answers.source.named()["name"]
    save_evaluation(document, name, result)
    report_answers(opened.answers, result, folder / "report.html")
