"""Figures and texts from data in; text for Markdown that shows them as they are out."""

from __future__ import annotations

from typing import Any

from lentigo.explanation.captions import visible


def interval_text(figure: dict[str, Any] | None) -> str:
    """`0.812 [0.774, 0.848], n = 300`; what has no value is undefined, never 0."""
    if not figure or figure.get("value") is None:
        return "undefined"
    ends = "interval undefined"
    if figure.get("low") is not None and figure.get("high") is not None:
        ends = f"{figure['low']:.3f}, {figure['high']:.3f}"
    return f"{figure['value']:.3f} [{ends}], n = {figure.get('n')}"


def listed(names: tuple[str, ...]) -> str:
    """Names with commas between them."""
    return ", ".join(map(plain, names))


def plain(text: object) -> str:
    """Text that Markdown and HTML show as it is."""
    shown = visible(text)
    for sign in "\\`*_[]<>|#":
        shown = shown.replace(sign, f"\\{sign}" if sign not in "<>" else {"<": "&lt;", ">": "&gt;"}[sign])
    return shown
