"""A template of `cards` and its values in, one piece of HTML with its own style out."""

from __future__ import annotations

from typing import Any

from lentigo.explanation.captions import shorten
from lentigo.report.drawing.html import page_environment, style_within

SELECTOR = ".lentigo"
LONGEST_TEXT = 300
"""Characters of one value; of a longer one its two ends are shown."""


def framed(template: str, values: dict[str, Any]) -> str:
    """The card as text; every value in it is escaped, and control characters are made visible."""
    environment = page_environment()
    environment.filters["shorten"] = lambda value: shorten(value, LONGEST_TEXT)
    page = environment.get_template(f"cards/{template}")
    return page.render({**values, "css": style_within(SELECTOR)})
