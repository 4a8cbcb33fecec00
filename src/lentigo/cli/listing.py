"""The list of verbs that help shows: in sections, each with the whole first paragraph of what it does."""

from __future__ import annotations

import inspect
from typing import Any

from typer.core import TyperGroup

SECTIONS = {
    "Data": ("data", "audit", "split"),
    "Training": ("recipes", "keys", "backbones", "train", "search", "crossvalidate", "ensemble"),
    "Judging": ("evaluate", "runs", "compare", "explain", "forensics"),
    "Using": ("export", "predict", "serve"),
    "ISIC challenges": ("score", "submit"),
    "The study": ("study", "leak-pair"),
    "This installation": ("demo", "doctor", "fetch-runtime", "sbom"),
}
"""Heading -> its verbs in order; a verb that stands nowhere here is listed under `OTHERS`."""
OTHERS = "Commands"


class Verbs(TyperGroup):
    """A group of verbs whose help shows `SECTIONS`."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - what is overridden has it
        """Write each section that has a verb of this group."""
        named = {name for names in SECTIONS.values() for name in names}
        rest = tuple(name for name in self.commands if name not in named)
        widest = max(map(len, self.commands))
        for title, names in (*SECTIONS.items(), (OTHERS, rest)):
            rows = [
                (name.ljust(widest), _what(self.commands[name])) for name in names if name in self.commands
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def _what(command: Any) -> str:
    """The first paragraph of the help of a command."""
    return " ".join(inspect.cleandoc(command.help or "").partition("\n\n")[0].split())
