"""Writes pages of docs/reference from the code, so that they cannot disagree with it: `PAGES` names them.

`make docs` runs it before it builds the site (`conf.py`); a test fails when the files are not what it
would write.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

import lentigo
from lentigo.cli.app import VERBS, build_app
from lentigo.data.sources import SOURCES
from lentigo.evaluation.checks.table import CHAPTERS
from lentigo.evaluation.metrics import CLASS_METRICS, METRICS
from lentigo.explanation.methods import METHODS
from lentigo.models.backbones import BACKBONES
from lentigo.settings.keys import tables
from lentigo.settings.toml import recipe_comment, recipe_names

REFERENCE = Path(__file__).parent / "reference"


def verbs() -> list[list[str]]:
    """Every verb as words: ['data', 'import'], ['split'] ..."""
    return [name.split() for name in VERBS]


def cli_page() -> str:
    """The help text of every verb."""
    parts = ["# Commands", "", "Written by `make docs` from `lentigo ... --help`.", ""]
    for words in verbs():
        shown = CliRunner().invoke(
            build_app(), [*words, "--help"], prog_name="lentigo", env={"COLUMNS": "100"}
        )
        assert shown.exit_code == 0, shown.output
        text = re.sub(r"[ \t]+$", "", shown.output.strip("\n"), flags=re.M)
        parts += [f"## lentigo {' '.join(words)}", "", "```text", text, "```", ""]
    return "\n".join(parts)


def recipe_page_text() -> str:
    """Every key of a recipe with type, default and meaning."""
    parts = ["# Recipe keys", "", "Written by `make docs` from `src/lentigo/settings/recipe.py`.", ""]
    for name, (purpose, keys) in tables().items():
        parts += [f"## {name}", "", purpose, "", "| key | type | default | meaning |", "|---|---|---|---|"]
        parts += [f"| `{key.name}` | {key.kind} | {key.default} | {key.meaning} |" for key in keys]
        parts.append("")
    return "\n".join(parts)


def recipes_page() -> str:
    """The opening comment of every packaged recipe."""
    parts = [
        "# Recipes that come with Lentigo",
        "",
        "Written by `make docs` from the files' opening lines.",
        "",
    ]
    for name in recipe_names():
        comment = recipe_comment(name)
        parts += [f"## {name}", "", "```console", comment[0], "```", "", *comment[1:], ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts))


def checks_page() -> str:
    """Every numbered check of `lentigo audit`."""
    parts = [
        "# Checks",
        "",
        "Written by `make docs` from `src/lentigo/evaluation/checks/`. `lentigo audit` runs them; a check",
        "whose needs are not met is told as *not run*, never as passed.",
        "",
    ]
    for letter, chapter in CHAPTERS.items():
        parts += [f"## {letter}: {chapter.title}", "", "| code | finding | severity | why | advice | needs |"]
        parts.append("|---|---|---|---|---|---|")
        for check in chapter.checks:
            why = (inspect.getdoc(check) or "").splitlines()[0]
            severity, needs = check.severity.name.lower(), ", ".join(check.needs)
            parts.append(f"| {check.code} | {check.title} | {severity} | {why} | {check.advice} | {needs} |")
        parts.append("")
    return "\n".join(parts)


def names_page() -> str:
    """The rows of the tables whose names are typed or read: sources, metrics, saliency methods."""
    sources = [(f"`{name}`", meaning(row.read)) for name, row in SOURCES.items()]
    metrics = [
        (f"`{name}`", row.title, row.of, f"{row.bounds[0]:g} to {row.bounds[1]:g}", meaning(row.function))
        for name, row in METRICS.items()
    ]
    of_classes = [(f"`{name}`", row.title, meaning(row.function)) for name, row in CLASS_METRICS.items()]
    methods = [(f"`{name}`", row.title, meaning(row.heat)) for name, row in METHODS.items()]
    parts = ["# Names", "", "Written by `make docs` from the tables of the code."]
    parts += table("Sources: `lentigo data import --source`", ("name", "how it is read"), sources)
    parts += table(
        "Metrics: `evaluation.json`, screen, report, card", ("name", "title", "of", "bounds", "what"), metrics
    )
    parts += table("Metrics of each class", ("name", "title", "what"), of_classes)
    parts += table("Saliency methods: `lentigo explain --method`", ("name", "title", "what"), methods)
    return "\n".join([*parts, ""])


BACKBONES_OPENING = """# Backbones

Written by `make docs` from `src/lentigo/models/backbones.py`.

`stages.learn` names blocks, from the image on; a name also stands for all that it begins (`conv5`, `block7`,
`stage_3`). Other sizes than that of the weights work too, down to 32 px (71 px for Xception, 75 px for
Inception). Saliency is drawn at the last feature map, whose sides are about a 32nd of the image's (an 8th
with `small-cnn`)."""


def backbones_page() -> str:
    """Every backbone, and how recipes name its blocks."""
    rows = [
        (f"`{row.name}`", f"`{row.scaling}`", str(row.side), row.family.blocks, row.published)
        for row in BACKBONES.values()
    ]
    heads = ("`model.backbone`", "`input.scaling`", "trained at, px", "blocks", "ImageNet weights")
    return "\n".join([BACKBONES_OPENING, *table("Rows", heads, rows), ""])


def api_page() -> str:
    """Every name of `import lentigo`; the site puts signatures and docstrings below the table."""
    things = {name: getattr(lentigo, name) for name in lentigo.__all__}
    rows = [(f"`lentigo.{name}`", meaning(thing)) for name, thing in things.items()]
    parts = ["# Python", "", "Written by `make docs` from `lentigo.__all__` and the docstrings."]
    parts += [*table("Names", ("name", "what"), rows), "", "## Arguments and results", ""]
    for name, thing in things.items():
        kind = "class" if inspect.isclass(thing) else "function"
        inside = ["   :members:", "   :exclude-members: set_split_request"] if kind == "class" else []
        parts += ["```{eval-rst}", f".. auto{kind}:: lentigo.{name}", *inside, "```", ""]
    return "\n".join(parts)


def table(title: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A heading and a Markdown table."""
    lines = [f"| {' | '.join(row)} |" for row in (heads, *rows)]
    return ["", f"## {title}", "", lines[0], "|---" * len(heads) + "|", *lines[1:]]


def meaning(function: Any) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split())


PAGES = {
    "cli.md": cli_page,
    "recipe.md": recipe_page_text,
    "recipes.md": recipes_page,
    "checks.md": checks_page,
    "names.md": names_page,
    "backbones.md": backbones_page,
    "api.md": api_page,
}

if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
        print(f"wrote {REFERENCE / name}")
