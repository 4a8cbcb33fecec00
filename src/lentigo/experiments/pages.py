"""A template of this room and its values in, one self-contained HTML page in the style of a report out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lentigo.report.drawing.html import page_environment, page_style


def render(template: str, values: Mapping[str, Any]) -> str:
    """The page as text; every value in it is escaped, and control characters are made visible."""
    page = page_environment("lentigo.experiments").get_template(template)
    return page.render({**values, "css": page_style()})
