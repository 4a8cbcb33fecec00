"""A template of this room and its values in, one self-contained HTML page in the style of a report out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from lentigo.report import numbers
from lentigo.report.page import visible_lines


def render(template: str, values: Mapping[str, Any]) -> str:
    """The page as text; every value in it is escaped, and control characters are made visible."""
    css = (resources.files("lentigo.report") / "report.css").read_text(encoding="utf-8")
    return _environment().get_template(template).render({**values, "css": Markup(css)})


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lentigo.experiments", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else visible_lines(value),
    )
    named = (numbers.number_text, numbers.count_text, numbers.percent_text, numbers.value_text,
             numbers.range_text, numbers.seconds_text)  # fmt: skip
    environment.filters.update({function.__name__: function for function in named})
    return environment
