"""The facts of a comparison in; `compare.json`, `compare.html`, `compare.png` and text out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from lentigo.evaluation.metrics import metric_title
from lentigo.experiments.pages import render
from lentigo.report.drawing.differences import (
    DifferenceRow,
    differences_height,
    paint_differences,
    signed_range,
    signed_text,
)
from lentigo.report.drawing.figures import Picture, draw, save_png
from lentigo.report.drawing.numbers import is_defined, value_text
from lentigo.settings.files import write_json, write_text

WIDTH = 640
NAMES = ("A", "B")


def write_comparison(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write what is known of a comparison into a folder."""
    write_json(folder / "compare.json", facts)
    write_text(folder / "compare.html", comparison_page(facts))
    painter = partial(paint_differences, rows=difference_rows(facts), names=NAMES)
    save_png(folder / "compare.png", painter, _size(facts), bool(facts["leaked"]))


def titled_figures(facts: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """(title, figure) of every compared figure, the main ones first, then each class's recall."""
    main = [(metric_title(name), figure) for name, figure in facts["figures"].items()]
    return main + [(f"recall of {name}", figure) for name, figure in facts["recall"].items()]


def difference_rows(facts: Mapping[str, Any]) -> list[DifferenceRow]:
    """Rows of the picture."""
    mark = "LEAKED " if facts["leaked"] else ""
    return [
        DifferenceRow(f"{mark}{title}", figure["difference"], is_main=place < len(facts["figures"]))
        for place, (title, figure) in enumerate(titled_figures(facts))
    ]


def p_text(difference: Mapping[str, Any]) -> str:
    """`p = 0.012`, for a class adjusted for the number of classes; nothing where it is undefined."""
    p = difference.get("p_adjusted", difference.get("p_value"))
    return f"p = {p:.2g}" if is_defined(p) else ""


def comparison_text(facts: Mapping[str, Any]) -> str:
    """The comparison for people: one line a figure."""
    mark, agreement = ("LEAKED " if facts["leaked"] else ""), facts["agreement"]
    lines = [
        f"{mark}{facts['part']}: {facts['n_images']} images, {facts['n_groups']} groups, "
        f"split {facts['split_hash'][:12]}",
        *(f"{letter} = {facts[key]['name']} ({facts[key]['path']})" for letter, key in _lettered()),
        f"{'':<32}{'A':>9}{'B':>10}   A - B",
    ]
    for title, figure in titled_figures(facts):
        difference = figure["difference"]
        values = f"{value_text(figure['first']):>9}{value_text(figure['second']):>10}"
        lines.append(
            f"{mark + title:<32}{values}   {told_difference(difference)}  {p_text(difference)}".rstrip()
        )
    lines.append(
        f"right: both {agreement['both_right']}, only A {agreement['only_first_right']}, only B "
        f"{agreement['only_second_right']}, neither {agreement['neither_right']}"
    )
    lines.append(f"p: {facts['method']['p_values']['method']}; of recalls adjusted by Holm's method")
    return "\n".join(lines)


def comparison_page(facts: Mapping[str, Any]) -> str:
    """The page as text."""
    title = f"{facts['first']['name']} against {facts['second']['name']}"
    values = {"title": title, "facts": facts, "figures": told_figures(facts)}
    return render("compare.html.j2", {**values, "picture": differences_picture(facts, "A minus B")})


def told_figures(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every compared figure, with its difference in words."""
    return [
        {**figure, "title": title, "told": signed_text(figure["difference"]["value"]),
         "range": signed_range(figure["difference"]), "p": p_text(figure["difference"])}
        for title, figure in titled_figures(facts)
    ]  # fmt: skip


def differences_picture(facts: Mapping[str, Any], words: str, names: tuple[str, str] = NAMES) -> Picture:
    """Every compared figure on one scale; `words` say what is subtracted from what."""
    rows = difference_rows(facts)
    values = "; ".join(f"{row.label} {signed_text(row.interval['value'])}" for row in rows)
    painter = partial(paint_differences, rows=rows, names=names)
    return draw(painter, _size(facts), f"{words}: {values}", bool(facts["leaked"]))


def told_difference(difference: Mapping[str, Any]) -> str:
    """`+0.034 [-0.010 to +0.078]`."""
    return f"{signed_text(difference['value'])} [{signed_range(difference) or 'interval undefined'}]"


def _lettered() -> tuple[tuple[str, str], ...]:
    return ((NAMES[0], "first"), (NAMES[1], "second"))


def _size(facts: Mapping[str, Any]) -> tuple[int, int]:
    return WIDTH, differences_height(len(titled_figures(facts)))
