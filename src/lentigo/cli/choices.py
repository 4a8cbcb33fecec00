"""The commands: outputs looked at before the work begins, and help that names what a table holds.

`{sources}` in an option's help in, the names of that table out. A table is loaded only when the help of a
verb that asks for it is shown, so that `lentigo --help` stays quick; whether a name that was given is one of
the table, the table itself says.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from typer.core import TyperCommand

from lentigo.settings.files import require_ordinary

TABLES = {
    "logs": "lentigo.api.logs.known.LOGS",
    "ensemble_methods": "lentigo.evaluation.ensembles.member_weights.METHODS",
    "sources": "lentigo.data.sources.SOURCES",
    "saliency_methods": "lentigo.explanation.methods.METHODS",
}
"""What stands in braces -> the table whose names take its place."""


OUTPUTS = ("out", "overlays")
"""Parameters that name what a verb writes."""


class Verb(TyperCommand):
    """A command that refuses impossible outputs at once, and whose help may ask for the names of a table."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb, unless an output is a device, a pipe, a socket or a link to nothing.

        Raises:
            FileError: names it.
        """
        for name in OUTPUTS:
            if isinstance(path := ctx.params.get(name), Path):
                require_ordinary(path)
        return super().invoke(ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, names filled in."""
        for option in self.params:
            text = getattr(option, "help", None)
            if text and "{" in text:
                option.help = text.format_map(_Names())  # type: ignore[attr-defined]
        super().format_options(ctx, formatter)


class _Names(dict[str, str]):
    """The names of each of `TABLES`, looked up when asked for."""

    def __missing__(self, key: str) -> str:
        module, _, table = TABLES[key].rpartition(".")
        try:
            return ", ".join(getattr(import_module(module), table))
        except ImportError:  # help is shown by a base installation too
            return f"the names in {TABLES[key]}"
