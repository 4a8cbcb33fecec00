"""`lentigo demo`: the main job on drawn images, start to end, offline."""

from __future__ import annotations

import time
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output


def demo(
    out: Annotated[Path, typer.Option(file_okay=False, help="Where everything is left.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Seed of images, split and training.")] = 0,
    open_report: Annotated[
        bool, typer.Option("--open/--no-open", help="Show the report when a person is watching.")
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Draw images, split them by group, fine-tune EfficientNet-Lite0, evaluate on test, report, export.

    The same command again takes up what is there.
    """
    from lentigo import api
    from lentigo.cli.evaluate import summary
    from lentigo.cli.training_progress import training_progress

    start = time.monotonic()
    output.notice()
    with training_progress() as progress:
        evaluation = api.demo(out, seed=seed, say=output.advise, progress=progress)
    report = (out / "report.html").resolve()
    bundle, web = out / "bundle", out / "web"
    places = {"report": str(report), "bundle": str(bundle), "web": str(web) if web.is_dir() else None}
    text = f"{summary(evaluation)}\nreport: {report}\nbundle: {bundle}\n{_web_line(bundle, web)}"
    output.result(text, evaluation | places, json)
    output.advise(f"took {output.seconds_since(start)}")
    if open_report and output.is_terminal():
        webbrowser.open(report.as_uri())
    output.next_command(f"lentigo predict {bundle} {out / 'lesions' / 'images'}")
    output.next_command(f"lentigo serve {bundle}")
    if web.is_dir():
        output.next_command(f"python -m http.server --directory {web} --bind 127.0.0.1 8080")
    output.next_command(f"lentigo explain {out / 'run'} --part test")


def _web_line(bundle: Path, web: Path) -> str:
    """Where the folder is that answers in the browser, or how it is made."""
    if web.is_dir():
        return f"browser folder: {web}"
    commands = f"`lentigo fetch-runtime` and `lentigo export {bundle} --web {web}`"
    return f"browser folder: made by {commands} (the first needs npm and a network)"
