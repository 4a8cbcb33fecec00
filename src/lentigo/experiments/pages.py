"""A template of this room and its values in, one self-contained HTML page in the style of a report out."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

from markupsafe import Markup

from lentigo.report.page import page_environment


def render(template: str, values: Mapping[str, Any]) -> str:
    """The page as text; every value in it is escaped, and control characters are made visible."""
    css = (resources.files("lentigo.report") / "report.css").read_text(encoding="utf-8")
    page = page_environment("lentigo.experiments").get_template(template)
    return page.render({**values, "css": Markup(css)})
