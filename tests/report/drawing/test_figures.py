from __future__ import annotations

import base64
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from matplotlib.figure import Figure
from PIL import Image

from lentigo.report.drawing.figures import DARK, LIGHT, Theme, contrast, draw, mix, save_png

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


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_ink_can_be_read(theme: Theme) -> None:
    for ink in (theme.ink, theme.muted, theme.accent, theme.warning):
        assert contrast(ink, theme.paper) >= 4.5


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the well-known limit


def test_mixing() -> None:
    assert mix("#ffffff", "#000000", 0.0) == "#000000"
    assert mix("#ff0000", "#0000ff", 1.0) == "#ff0000"
    assert mix("#ffffff", "#000000", 0.2) == "#333333"


def test_a_colour_that_can_be_seen_is_left_alone_and_others_are_moved() -> None:
    assert LIGHT.shade("#0072b2") == "#0072b2"
    assert LIGHT.shade("accent") == LIGHT.accent
    for theme, colour in ((DARK, "#101010"), (LIGHT, "#fefefe"), (DARK, "#3d3d3d"), (LIGHT, "#f0e442")):
        assert contrast(theme.shade(colour), theme.paper) >= theme.least_contrast


def test_a_stamp_is_put_on_both_themes() -> None:
    picture = draw(lambda figure, theme: None, (200, 100), "words", is_leaked=True)
    for uri in (picture.light, picture.dark):
        assert b">LEAKED<" in base64.b64decode(uri.partition(",")[2])


def test_a_png_has_twice_the_pixels_and_an_opaque_ground(tmp_path: Path) -> None:
    path = save_png(tmp_path / "made" / "one.png", lambda figure, theme: None, (120, 50))
    picture = Image.open(path).convert("RGBA")
    assert picture.size == (240, 100)
    assert picture.getpixel((0, 0)) == (255, 255, 255, 255)
