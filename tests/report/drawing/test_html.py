"""What every page is written with: nothing unescaped, and a style that stays where it is put."""

from __future__ import annotations

import re

from lentigo.report.drawing.html import class_colours, page_environment, page_style, style_within

HOSTILE = "<img src=x onerror=alert(1)>\u202e"


def test_whatever_is_shown_is_escaped_and_visible() -> None:
    text = page_environment().from_string("{{ name }} {{ name|full_name }}").render(name=HOSTILE)
    assert "<img" not in text
    assert text.count("[U+202E]") == 2


def test_the_style_of_a_piece_touches_nothing_outside() -> None:
    style = style_within(".own")
    assert style.startswith(".own {\n& {")
    assert style.count("{") == style.count("}")
    assert not re.search(r"(:root|\bbody|\bhtml)\s*\{", style)
    assert ":root {" in page_style()
    assert "--ground" in style
    assert "@media print" not in style


def test_a_colour_is_safe_in_a_style_attribute() -> None:
    assert re.fullmatch(
        r"--light: #[0-9a-f]{6}; --dark: #[0-9a-f]{6}", class_colours('x"; background: url(y)')
    )
