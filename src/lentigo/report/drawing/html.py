"""Templates in; HTML whose every value is escaped, and the style sheet of all pages, out.

For a base install: neither pictures of matplotlib nor tables are needed here.
"""

from __future__ import annotations

import re
from importlib import resources

import jinja2
from markupsafe import Markup

from lentigo.data.taxonomy import colour_of, full_name
from lentigo.explanation.captions import visible
from lentigo.report.drawing import numbers
from lentigo.report.drawing.themes import DARK, LIGHT

FILTERS = (
    numbers.number_text,
    numbers.count_text,
    numbers.percent_text,
    numbers.value_text,
    numbers.range_text,
    numbers.seconds_text,
    numbers.short_hash,
    numbers.is_beyond_chance,
    full_name,
)


def page_environment(package: str = "lentigo.report") -> jinja2.Environment:
    """Templates of a room, with everything escaped and our filters at hand."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader(package, "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # every value passes here on its way to the page: Markup (only ours) as it is, all else made visible
        finalize=lambda value: value if isinstance(value, Markup) else visible_lines(value),
    )
    made.filters.update({function.__name__: function for function in FILTERS})
    made.filters["class_colours"] = class_colours
    return made


def page_style() -> Markup:
    """The style sheet that every page carries inside."""
    sheet = resources.files("lentigo.report") / "templates" / "report.css"
    return Markup(sheet.read_text(encoding="utf-8"))


def style_within(selector: str) -> Markup:
    """The same for a piece of somebody else's page: nothing outside `selector` is touched."""
    screen = str(page_style()).partition("@media print")[0]
    own = re.sub(r"(?m)^(\s*)(:root|body) \{", r"\1& {", screen)
    own = re.sub(r"(?m)^html \{.*?\}\n|/\*.*?\*/\n?", "", own, flags=re.S)
    return Markup(f"{selector} {{\n{own}}}\n")


def visible_lines(value: object) -> str:
    """`visible` text that keeps its line ends, as recipes and commands need."""
    return "\n".join(visible(line) for line in str(value).split("\n"))


def class_colours(name: str) -> str:
    """The colour of a class in both themes as CSS variables, safe inside a style attribute."""
    colour = colour_of(name)
    return f"--light: {LIGHT.shade(colour)}; --dark: {DARK.shade(colour)}"
