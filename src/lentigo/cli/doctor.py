"""`lentigo doctor`: what this installation is for, and how to mend what is broken in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lentigo.cli import output

if TYPE_CHECKING:
    from lentigo.api.installation import Line

FINDING = 1


def doctor(json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False) -> None:
    """Say what this installation can do: packages, pretrained weights, GPUs, memory, disk.

    Exit code 1 where something is broken; an extra that was never installed is not.
    """
    from lentigo.api.installation import examine

    lines = examine()
    text = "\n".join(_text(line) for line in lines)
    output.result(text, {"lines": [line._asdict() for line in lines]}, json)
    if not all(line.is_fine for line in lines):
        raise typer.Exit(FINDING)


def _text(line: Line) -> str:
    state = "LOOK" if not line.is_fine else "--  " if line.remedy else "ok  "
    remedy = f"  -> {line.remedy}" if line.remedy else ""
    return f"{state} {line.name:<20} {line.found}{remedy}"
