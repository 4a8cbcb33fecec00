"""`lentigo evaluate`: honest numbers of a run, or of anybody's predictions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from lentigo.cli import external, output, tables, views

DECISION_HEADLINE = ("sensitivity", "specificity", "positive_predictive_value", "negative_predictive_value")
OF_TABLES = ("--truth", "--validation", "--group", "--subgroup", "--malignant", "--out")
IDLE = {
    "--views": ("--manifest", "--map", "--operating-point", "--prior", *OF_TABLES),
    "--manifest": ("--part", "--operating-point", *OF_TABLES),
    "a table": ("--views", "--manifest"),
    "a run": OF_TABLES,
}
"""Option -> those that it leaves without use."""

Rules = Annotated[
    list[str] | None,
    typer.Option(
        help="Threshold to decide by: sensitivity=0.95 or specificity=0.9 (at least, with 90 % confidence; "
        "after observed_: on validation only), or cost=10:1."
    ),
]
Prior = Annotated[
    str, typer.Option(help="Mix of classes to decide for: train, uniform, estimate, malignant=0.02,...")
]


Run = Annotated[
    Path,
    typer.Argument(help="A run, an ensemble or a cross-validation; or anybody's predictions, a CSV file."),
]
Part = Annotated[
    Literal["validation", "test"] | None,
    typer.Option(
        help="Default: validation, or all of a table without parts. Test is looked at on purpose, "
        "which a run logs."
    ),
]
Truth = Annotated[
    Path | None,
    typer.Option(help="Of a table: the classes of its images, a table or a manifest; default: its own."),
]
Validation = Annotated[
    Path | None, typer.Option(help="Of a table: the same model's answers that thresholds are fitted on.")
]
Group = Annotated[
    list[str] | None, typer.Option(help="Of a table: a column whose equal values belong together.")
]
Subgroup = Annotated[
    list[str] | None, typer.Option(help="Of a table: a column to compare people or images by.")
]
Malignant = Annotated[list[str] | None, typer.Option(help="Of a table: a class that counts as malignant.")]
Out = Annotated[Path | None, typer.Option(help="Of a table: folder for predictions, figures and the report.")]
Manifest = Annotated[
    Path | None, typer.Option(help="Other people's images instead of a part: external validation.")
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="Classes put together, of a table or with --manifest: AKIEC=AK+SCC, or MEL=column.",
    ),
]
TrainedOn = Annotated[
    Path | None,
    typer.Option(
        help="Of a run: where its manifest is, if it has moved. Of a table: the images learnt from."
    ),
]
Views = Annotated[
    list[str] | None,
    typer.Option(
        "--views", help="Only compare ways of looking, nothing trained: one, flips, dihedral+0.8x4, ..."
    ),
]
AllowLeak = Annotated[
    bool, typer.Option(help="Go on although images or groups were trained on; stamps LEAKED.")
]


def evaluate(
    run: Run,
    part: Part = None,
    truth: Truth = None,
    validation: Validation = None,
    group: Group = None,
    subgroup: Subgroup = None,
    malignant: Malignant = None,
    out: Out = None,
    baselines: Annotated[bool, typer.Option(help="Also measure the simple baselines.")] = True,
    manifest: Manifest = None,
    map_: Map = None,
    trained_on: TrainedOn = None,
    views_: Views = None,
    allow_leak: AllowLeak = False,
    operating_point: Rules = None,
    prior: Prior = "train",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Predict one part, compare with the truth; writes predictions.csv, evaluation.json, report.html."""
    from lentigo.api.answers.tables.given import is_table_file

    output.notice()
    is_table = is_table_file(run)
    of_table = _of_table((truth, validation, group, subgroup, malignant, out))
    given = dict(zip(OF_TABLES, map(bool, of_table.values()), strict=True))
    given |= {"--views": bool(views_), "--manifest": manifest is not None, "--map": bool(map_)}
    given |= {"--operating-point": bool(operating_point), "--prior": prior != "train", "--part": bool(part)}
    _refuse_idle({**given, "a table": is_table, "a run": not is_table})
    if views_:
        found = views.look(run, views_, part or "validation", trained_on, allow_leak)
        output.result(views.in_words(found), found, json)
    elif is_table:
        told: dict[str, Any] = {**of_table, "map": map_ or [], "part": part, "trained_on": trained_on}
        asked = {"is_brief": not baselines, "prior": prior, "rules": tuple(operating_point or ())}
        _judge_table(run, {**told, "allow_leak": allow_leak}, asked, json)
    elif manifest is not None:
        chosen = {"trained_on": trained_on, "allow_leak": allow_leak, "prior": prior}
        found = external.validate(run, manifest, map_ or [], {**chosen, "with_baselines": baselines})
        output.result(f"{summary(found)}\n{external.in_words(found)}", found, json)
    else:
        chosen = {"part": part or "validation", "manifest": trained_on, "allow_leak": allow_leak}
        further = {"with_baselines": baselines, "operating_points": operating_point or [], "prior": prior}
        _evaluate_part(run, {**chosen, **further}, json)


def _judge_table(file: Path, told: dict[str, Any], asked: dict[str, Any], as_json: bool) -> None:
    """Judge anybody's predictions."""
    found = tables.judge(file, told, asked)
    output.result(f"{summary(found)}\n{tables.in_words(found)}", found, as_json)


def _of_table(values: Sequence[Any]) -> dict[str, Any]:
    """Options of `OF_TABLES`, in that order, as `tables.judge` takes them; lists of columns as tuples."""
    names = ("truth", "validation", "group_columns", "subgroup_columns", "malignant", "out")
    several = names[2:5]
    return {
        name: tuple(value or ()) if name in several else value
        for name, value in zip(names, values, strict=True)
    }


def _refuse_idle(given: dict[str, bool]) -> None:
    """Stop at options (each with whether it was given) that would be passed over in silence.

    Raises:
        SettingsError: there are such.
    """
    from lentigo.settings.errors import SettingsError

    for asked, idle in IDLE.items():
        found = [option for option in idle if given[asked] and given[option]]
        if found:
            raise SettingsError(f"{asked} leaves no use for {', '.join(found)}; leave one or the other out")
    if given["--map"] and not (given["--manifest"] or given["a table"]):
        raise SettingsError(
            "--map puts classes of other people's images together: name those with --manifest"
        )


def _evaluate_part(run: Path, chosen: dict[str, Any], as_json: bool) -> None:
    """Evaluate one part; `chosen` are options of `api.evaluate`."""
    from lentigo import api

    part = chosen["part"]
    with output.progress(f"evaluating {part}") as advance:
        evaluation = api.evaluate(run, progress=advance, **chosen)
    output.result(summary(evaluation), evaluation, as_json)
    if part == "test":
        output.advise(f"the test part of this run has now been looked at {evaluation['test_looks']} time(s)")
    output.advise(f"report: {run / 'report.html'}")
    output.next_command(f"lentigo explain {run} --part {part}")


def summary(evaluation: dict[str, Any]) -> str:
    """The headline numbers with their intervals, the model above its baselines, one line each."""
    from lentigo.evaluation.metrics import OF_MALIGNANT, few_groups_warning, told_figures

    mark = "LEAKED " if evaluation["leaked"] else ""
    lines = [
        f"{mark}{evaluation['part']}: {evaluation['n_images']} images, {evaluation['n_groups']} groups"
        + (f", split {evaluation['split_hash'][:12]}" if evaluation["split_hash"] else "")
    ]
    lines += [_line(mark, title, figure) for title, figure in told_figures(evaluation["metrics"])]
    if malignant := evaluation["malignant_vs_benign"]:
        figures = told_figures(malignant["metrics"], OF_MALIGNANT)
        lines += [_line(mark, f"malignant {title}", figure) for title, figure in figures]
        lines += [
            f"malignant = {' + '.join(malignant['malignant'])}, called so from {malignant['threshold']} on"
        ]
    if lesions := evaluation.get("lesions"):
        lines.append(
            f"{mark}by lesion, the mean over the photographs of each ({lesions['n_lesions']} lesions, "
            f"{lesions['n_several']} with more than one):"
        )
        lines += [_line(f"{mark}  ", title, figure) for title, figure in told_figures(lesions["metrics"])]
    lines += decision_lines(evaluation, mark)
    for baseline in evaluation["baselines"].values():
        lines.append(_line("  baseline ", baseline["title"], baseline["metrics"]["balanced_accuracy"]))
    if warning := few_groups_warning(evaluation):
        lines.append(warning)
    return "\n".join(lines)


def decision_lines(evaluation: dict[str, Any], mark: str = "") -> list[str]:
    """What the operating point reaches, and how far probabilities can be trusted; else nothing."""
    from lentigo.evaluation.decisions.promises import promise_words

    lines = []
    points = evaluation.get("operating_points") or {"points": []}
    for point in points["points"]:
        if point["rule"] == points["chosen"] and point["figures"]:
            at = f"called so from {point['threshold']:.4f} on, {point['rule']} on validation"
            mix = "" if points["prior"] == "train" else f", for the mix {points['prior']}"
            lines += [f"{mark}at the operating point ({at}{mix}):"]
            lines += [_line(f"{mark}  ", name, point["figures"][name]) for name in DECISION_HEADLINE]
            if words := promise_words(point.get("promise"), evaluation["part"]):
                lines.append(f"{mark}  {words}")
    if calibration := evaluation.get("calibration"):
        error = calibration["after"]["answers"]["expected_calibration_error"]
        how = f"calibration: {calibration['method'].replace('_', ' ')}"
        lines += [_line(mark, "expected calibration error", error), f"{mark}{how}, fitted on validation"]
    return lines


def _line(mark: str, name: str, interval: dict[str, Any] | None) -> str:
    return f"{mark}{name.replace('_', ' '):<34} {output.number(interval)}"
