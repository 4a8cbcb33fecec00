"""`lentigo study`: rows of the study run again, and one table of what was reported beside what came out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from lentigo.cli import output
from lentigo.cli.executing import LogTo, On, executing

Weights = Annotated[
    list[str] | None,
    typer.Option(help="Weights of a backbone: xception=FILE, vgg19=none (random), vgg19=imagenet."),
]


def study(
    out: Annotated[
        Path, typer.Option(file_okay=False, help="Where runs and table go; the same command again resumes.")
    ] = Path("study"),
    rows: Annotated[
        str, typer.Option(help="Rows by id or recipe, such as S1,S6; default: every one there is.")
    ] = "",
    scale: Annotated[
        Literal["smoke", "small", "full"],
        typer.Option(help="smoke: shows that it works; small: for a processor; full: as the study."),
    ] = "smoke",
    manifest: Annotated[
        Path | None, typer.Option(help="manifest.csv, or its folder; default at smoke: drawn images.")
    ] = None,
    split: Annotated[Path | None, typer.Option(help="split.csv; default: one made and kept in OUT.")] = None,
    weights: Weights = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Override a setting of every row: key=value.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of drawn images, split and trainings.")] = 0,
    on: On = "local",
    list_: Annotated[bool, typer.Option("--list", help="Only say which rows there are.")] = False,
    log: LogTo = "",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Run any or all rows of the study and write study.html, study.csv and study.json into OUT.

    Every row is one run; what is finished is not repeated, and a row that fails does not stop the others
    (exit code 1). The test part is looked at once a run, and the look is logged.
    """
    from lentigo.experiments.study.rows import choose_rows

    chosen = choose_rows([name.strip() for name in rows.split(",") if name.strip()])
    if list_:
        _list(chosen, json)
        return
    start = time.monotonic()
    output.notice()
    settings = {"scale": scale, "weights": parse_weights(weights or []), "seed": seed}
    found = _run(chosen, (out, manifest, split), {**settings, "overrides": tuple(set_ or ())}, on, log)
    output.result(table_text(found), {"rows": found}, json)
    output.advise(f"took {output.seconds_since(start)}; table: {out / 'study.html'}")
    if any(row["error"] for row in found):
        raise typer.Exit(1)


def _list(rows: Any, as_json: bool) -> None:
    """Say which rows there are."""
    facts = [{"id": row.id, "recipe": row.recipe, "title": row.title} for row in rows]
    text = "\n".join(f"{row['id']:<14}{row['recipe']:<26}{row['title']}" for row in facts)
    output.result(text, {"rows": facts}, as_json)


def _run(rows: Any, places: Any, settings: Any, on: str, log: str) -> list[dict[str, Any]]:
    """Open or draw the images and run the rows, with progress on stderr."""
    from lentigo.experiments.study.strands import run_study_on
    from lentigo.experiments.study.study import Watch, open_study

    job = open_study(*places, **settings)
    with executing(on, 0, log) as (executor, progress):
        return run_study_on(executor, job, rows, Watch(output.advise, progress))


def parse_weights(entries: list[str]) -> dict[str, str]:
    """Read `backbone=imagenet|none|FILE` entries.

    Raises:
        SettingsError: an entry without `=`, or a file that is not there.
    """
    from lentigo.settings.errors import SettingsError

    found = {}
    for entry in entries:
        backbone, equals, weights = entry.partition("=")
        if not (equals and backbone and weights):
            raise SettingsError(f"--weights {entry}: expected BACKBONE=imagenet, =none or =FILE")
        is_word = weights in ("imagenet", "none")
        if not is_word and not Path(weights).is_file():
            raise SettingsError(f"--weights {entry}: there is no file {weights}")
        # runs live in folders of their own, so a path must hold from anywhere
        found[backbone] = weights if is_word else str(Path(weights).resolve())
    return found


def table_text(rows: list[dict[str, Any]]) -> str:
    """The table in short: row, reported, ours with interval, training accuracy."""
    lines = [f"{'row':<14}{'reported':>18}  {'accuracy':<24}{'balanced':<24}training"]
    for row in rows:
        reported = " / ".join(
            f"{row['reported'][name][-1]:.3f}" if row["reported"][name] else "-"
            for name in ("unbalanced", "balanced")
        )
        head = f"{row['id']:<14}{reported:>18}  "
        lines.append(head + (f"failed: {row['error']}" if row["error"] else _figures(row)))
    return "\n".join(lines)


def _figures(row: dict[str, Any]) -> str:
    mark = "LEAKED " if row["leaked"] else ""
    accuracy, balanced = (mark + output.number(row["ours"][name]) for name in ("accuracy", "balanced"))
    note = "" if row["is_trained"] else "  not trained"
    training = row["training"]
    kind = " balanced" if training["is_balanced"] else ""
    return f"{accuracy:<24}{balanced:<24}{training['figure']:.3f}{kind}{note}"
