from __future__ import annotations

import base64
import re
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from matplotlib.figure import Figure
from PIL import Image

from lentigo.report.drawing import figures
from lentigo.report.drawing.confusion import paint_confusion
from lentigo.report.drawing.curves import Panel, paint_panels
from lentigo.report.drawing.dots import DotRow, paint_dots
from lentigo.report.drawing.figures import Painter, draw, save_png
from lentigo.report.drawing.themes import DARK, LIGHT, Theme, marks

HOSTILE = ["$\\frac{", "<script>alert(1)</script>", "a & b", "--><x>", "痣"]


def painted(text: str) -> tuple[str, str]:
    """The SVG of a picture with one text, light and dark."""

    def paint(figure: Figure, theme: Theme) -> None:
        figure.text(0.5, 0.5, text, color=theme.ink)

    picture = draw(paint, (100, 60), "words")
    prefix = "data:image/svg+xml;base64,"
    assert picture.light.startswith(prefix)
    light, dark = (
        base64.b64decode(uri.removeprefix(prefix)).decode() for uri in (picture.light, picture.dark)
    )
    return light, dark


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_drawn_as_it_is_read(text: str) -> None:
    for svg in painted(text):
        texts = [element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
        assert texts == [text]


def test_each_theme_has_its_own_ink_and_a_transparent_ground() -> None:
    light, dark = painted("word")
    assert LIGHT.ink in light
    assert DARK.ink in dark
    assert LIGHT.paper not in light


def test_a_picture_is_the_same_every_time() -> None:
    assert painted("word") == painted("word")


def test_text_comes_in_the_font_of_the_page() -> None:
    svg = painted("word")[0]
    assert "system-ui, -apple-system, 'Segoe UI'" in svg
    assert svg.count("DejaVu Sans") == 1  # the last but one of the fonts to try


def test_a_picture_names_no_document_type() -> None:
    assert all(svg.startswith("<svg ") for svg in painted("word"))


def test_a_stamp_is_put_on_both_themes() -> None:
    picture = draw(lambda figure, theme: None, (200, 100), "words", is_leaked=True)
    for uri in (picture.light, picture.dark):
        assert b">LEAKED<" in base64.b64decode(uri.partition(",")[2])


def test_a_png_has_twice_the_pixels_and_an_opaque_ground(tmp_path: Path) -> None:
    path = save_png(tmp_path / "made" / "one.png", lambda figure, theme: None, (120, 50))
    picture = Image.open(path).convert("RGBA")
    assert picture.size == (240, 100)
    assert picture.getpixel((0, 0)) == (255, 255, 255, 255)


def by_itself(paint: Painter, size: tuple[int, int], theme: Theme) -> str:
    """The SVG of a picture painted in one theme alone, as matplotlib writes it."""
    return figures._svg(figures._painted(paint, size, theme, is_leaked=True))


def without_ids(svg: str) -> str:
    """An SVG without names of its parts; those of markers are made of their colours."""
    return re.sub(r"(id=\"|#)[mp][0-9a-f]{10}", r"\1", svg)


PAINTERS: dict[str, Painter] = {
    "confusion": partial(
        paint_confusion, counts=[[90, 10, 0], [0, 5, 5], [0, 0, 0]], class_names=["MEL", "NV", "#f0e442"]
    ),
    "dots": partial(
        paint_dots, rows=[DotRow("a", {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9}, "#f0e442", True)]
    ),
    "curves": partial(
        paint_panels,
        panels=[Panel("a", [0, 1], [0, 1], "ink", "n"), Panel("b", [0, 1], [0, 0.5], "#3d3d3d", "m")],
        labels=("x", "y"),
    ),
}


@pytest.mark.parametrize("name", PAINTERS)
def test_drawn_once_and_coloured_twice_is_what_each_theme_would_be_by_itself(name: str) -> None:
    size = (300, 200)
    picture = draw(PAINTERS[name], size, "words", is_leaked=True)
    drawn = [base64.b64decode(uri.partition(",")[2]).decode() for uri in (picture.light, picture.dark)]
    for svg, theme in zip(drawn, (LIGHT, DARK), strict=True):
        assert without_ids(svg) == without_ids(by_itself(PAINTERS[name], size, theme))
    assert drawn[0] != drawn[1]


def test_text_that_looks_like_a_colour_stays_text() -> None:
    text = f'fill: {marks().ink}" style="fill: {marks().paper}'
    for svg in painted(text):
        assert [element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")] == [
            text
        ]
