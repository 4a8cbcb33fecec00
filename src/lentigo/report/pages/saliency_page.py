"""`checks.json` and some maps in, `checks.html` out: can these saliency maps be believed?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lentigo.explanation.overlay import save_picture
from lentigo.report.drawing.dots import DotRow, dots_height, paint_dots
from lentigo.report.drawing.figures import Painter, Picture, draw, save_png
from lentigo.report.drawing.html import page_environment, page_style
from lentigo.report.drawing.images import png_uri
from lentigo.report.drawing.numbers import range_text, value_text
from lentigo.report.pages import saliency_pictures as pictures
from lentigo.settings.files import write_text

DOTS_WIDTH = 520
PLACES = {
    "evidence": "structures that make the class",
    "lesion": "lesion",
    "border": "border",
    "corners": "corners",
}

Facts = Mapping[str, Any]


def write_checks_page(path: Path, facts: Facts, shown: pictures.Shown, truth: Sequence[str]) -> Path:
    """Write the page to `path` and its examples to `examples.png` beside it; returns `path`.

    Args:
        path: of the page.
        facts: `checks.json`.
        shown: example images and their maps.
        truth: their classes.
    """
    sheet = pictures.example_sheet(facts, shown, truth)
    save_picture(path.with_name("examples.png"), sheet)
    context = {
        "facts": facts,
        "places": {name: words for name, words in PLACES.items() if name in facts["area"]},
        "shares": [_shares(facts, place) for place in ("evidence", "lesion") if place in facts["area"]],
        "removals": [_removal(facts, test) for test in ("deletion", "insertion")],
        "likeness": [_likeness(facts, *which) for which in _LIKENESS],
        "examples": png_uri(sheet),
        "width": sheet.shape[1],
        "css": page_style(),
    }
    write_text(path, page_environment().get_template("saliency.html.j2").render(context))
    return path


def save_evidence_picture(path: Path, facts: Facts, place: str = "evidence") -> Path:
    """The picture of heat in one place as a PNG file; returns its path."""
    rows, painter = _share_painter(facts, place)
    return save_png(path, painter, (DOTS_WIDTH, dots_height(len(rows))))


def save_likeness_picture(path: Path, facts: Facts) -> Path:
    """The picture of cascading randomisation as a PNG file; returns its path."""
    return save_png(path, _likeness_painter(facts, *_LIKENESS[0]), pictures.LIKENESS_SIZE)


_LIKENESS = (
    ("cascading", "rank_correlation"),
    ("cascading", "structural_similarity"),
    ("independent", "rank_correlation"),
)


def _share_painter(facts: Facts, place: str) -> tuple[list[DotRow], Painter]:
    rows = pictures.share_rows(facts, place)
    reference = (facts["area"][place]["value"], "share of the area")
    return rows, partial(paint_dots, rows=rows, reference=reference)


def _shares(facts: Facts, place: str) -> tuple[str, Picture]:
    rows, painter = _share_painter(facts, place)
    return f"Share of heat on the {PLACES[place]}", _dots(rows, painter, f"Share of heat on the {place}")


def _removal(facts: Facts, test: str) -> tuple[str, Picture]:
    rows = pictures.removal_rows(facts, test)
    titles = {
        "deletion": "Deletion: area under the curve, smaller is better",
        "insertion": "Insertion: area under the curve, larger is better",
    }
    return titles[test], _dots(rows, partial(paint_dots, rows=rows), titles[test])


def _dots(rows: Sequence[DotRow], painter: Painter, title: str) -> Picture:
    told = "; ".join(f"{row.label} {value_text(row.interval)} ({range_text(row.interval)})" for row in rows)
    return draw(painter, (DOTS_WIDTH, dots_height(len(rows))), f"{title}. {told}")


def _likeness_painter(facts: Facts, order: str, measure: str) -> Painter:
    painter: Callable[..., None] = partial(pictures.paint_likeness, facts=facts, order=order, measure=measure)
    return painter


def _likeness(facts: Facts, order: str, measure: str) -> tuple[str, Picture]:
    orders = {"cascading": "from the head towards the image", "independent": "one block at a time"}
    measures = {
        "rank_correlation": "Rank correlation",
        "structural_similarity": "Structural similarity (SSIM)",
    }
    title = f"{measures[measure]}, random weights {orders[order]}"
    last = facts["randomisation"][order][-1]
    told = "; ".join(
        f"{facts['methods'][name]['title']} {value_text(one[measure])}" for name, one in last.items()
    )
    painter = _likeness_painter(facts, order, measure)
    return title, draw(painter, pictures.LIKENESS_SIZE, f"{title}. At the last block: {told}")
