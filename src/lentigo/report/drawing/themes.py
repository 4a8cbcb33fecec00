"""Colours of a picture on a light and on a dark page: a name or `#rrggbb` in, what can be seen there out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from PIL import ImageColor


@dataclass(frozen=True)
class Theme:
    """Colours of one way to look at a page; each pair of ink and paper has a contrast of 4.5 and more."""

    name: str
    paper: str
    ink: str
    muted: str
    line: str
    accent: str
    warning: str
    least_contrast: float
    """Of a class colour with the paper. The colours are made for white, so there little is asked of them."""

    def shade(self, colour: str) -> str:
        """A colour, `#rrggbb` or `accent` or `ink`, moved towards the ink until it can be seen."""
        colour = {"accent": self.accent, "ink": self.ink}.get(colour, colour)
        for share in (0.0, 0.08, 0.16, 0.24, 0.32, 0.4, 0.5, 0.6):
            shown = mix(self.ink, colour, share)
            if contrast(shown, self.paper) >= self.least_contrast:
                return shown
        return self.ink

    def tint(self, colour: str, share: float) -> str:
        """A colour of this theme, so much of it on the paper."""
        return mix(colour, self.paper, share)

    def text_on(self, fill: str) -> str:
        """Black or white, whichever stands out more from a colour of this theme."""
        return max("#ffffff", "#10151b", key=lambda ink: contrast(ink, fill))


def mix(colour: str, ground: str, share: float) -> str:
    """`share` of a colour on a ground, all `#rrggbb`."""
    pairs = zip(_rgb(colour), _rgb(ground), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    units = (channel / 255 for channel in _rgb(colour))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in units)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> tuple[int, ...]:
    return ImageColor.getrgb(colour)[:3]


LIGHT = Theme("light", "#ffffff", "#1b2129", "#5b6672", "#dde2e7", "#0a6a8c", "#b3261e", 1.9)
DARK = Theme("dark", "#171b21", "#e6eaee", "#9aa6b2", "#353e48", "#5cc1e4", "#ff7b70", 3.0)

THEMES = (LIGHT, DARK)
TAG, MARK = re.compile("<[^<>]+>"), re.compile("#01[0-9a-f]{4}")
COLOURS = ("paper", "ink", "muted", "line", "accent", "warning")


@dataclass(frozen=True)
class Marks(Theme):
    """Both themes at once: each of its colours is a mark that stands for one colour in each of them."""

    pairs: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Mark -> its colour in light and in dark."""

    def shade(self, colour: str) -> str:
        """As in each theme."""
        return self._mark(*(theme.shade(one) for theme, one in zip(THEMES, self._meant(colour), strict=True)))

    def tint(self, colour: str, share: float) -> str:
        """As in each theme."""
        pairs = zip(THEMES, self._meant(colour), strict=True)
        return self._mark(*(theme.tint(one, share) for theme, one in pairs))

    def text_on(self, fill: str) -> str:
        """As in each theme."""
        return self._mark(*(theme.text_on(one) for theme, one in zip(THEMES, self._meant(fill), strict=True)))

    def _mark(self, light: str, dark: str) -> str:
        mark = _numbered(len(self.pairs))
        self.pairs[mark] = (light, dark)
        return mark

    def _meant(self, colour: str) -> tuple[str, str]:
        return self.pairs.get(colour, (colour, colour))


def marks() -> Marks:
    """A theme to paint one picture with, that is then coloured for light and for dark."""
    paper, ink, muted, line, accent, warning = map(_numbered, range(len(COLOURS)))
    pairs = {_numbered(at): (getattr(LIGHT, name), getattr(DARK, name)) for at, name in enumerate(COLOURS)}
    return Marks("both", paper, ink, muted, line, accent, warning, 1.0, pairs)


def _numbered(place: int) -> str:
    """A mark is a colour that no picture has; there are 65,536 of them."""
    return f"#01{place:04x}"


def coloured(svg: str, painted: Marks) -> tuple[str, str]:
    """A picture painted with marks, with the colours of light and with those of dark."""
    light, dark = (
        _replaced(svg, {mark: pair[place] for mark, pair in painted.pairs.items()}) for place in (0, 1)
    )
    return light, dark


def _replaced(svg: str, colours: dict[str, str]) -> str:
    """Marks within tags give way to colours; text, which may be anything, is left as it is."""

    def in_tag(tag: re.Match[str]) -> str:
        return MARK.sub(lambda mark: colours.get(mark[0], mark[0]), tag[0])

    return TAG.sub(in_tag, svg)
