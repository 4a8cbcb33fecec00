"""Pages of this room: escaping, visible control characters, and no undefined name passes."""

from __future__ import annotations

import jinja2
import pytest

from lentigo.experiments.pages import render


def test_values_are_escaped_and_control_characters_shown() -> None:
    values = {"title": "a<b\u202e", "rows": [], "overview": None, "is_smoke": False}
    with pytest.raises(jinja2.UndefinedError):
        render("study.html.j2", values)  # a picture is needed
    picture = {"dark": "data:d", "light": "data:l", "width": 1, "height": 1, "description": '"><script>'}
    page = render("study.html.j2", {**values, "overview": picture})
    assert "<title>a&lt;b" in page
    assert "\u202e" not in page
    assert "<script>" not in page
    assert ":root" in page
