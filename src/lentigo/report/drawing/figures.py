"""A function that paints on a matplotlib figure in, a picture for light and for dark pages out.

Every picture is an SVG with a transparent ground, drawn once and coloured twice: placing text takes
matplotlib half a second a picture. Text stays text (sharp at any size, in the reader's own font) and is drawn
as read: no markup, no `$` formulas.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from lentigo.report.drawing.images import STAMP, svg_uri
from lentigo.report.drawing.themes import LIGHT, Theme, coloured, marks
from lentigo.settings.files import write_atomically

PIXELS_PER_INCH = 96
BODY, SMALL = 9.75, 9.0
"""Sizes of text in points: 13 and 12 pixels on a page."""

FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"


Painter = Callable[[Figure, Theme], None]


@dataclass(frozen=True)
class Picture:
    """One picture: data URIs for both themes, size in CSS pixels, and words for who cannot see it."""

    light: str
    dark: str
    width: int
    height: int
    description: str


def draw(painter: Painter, size: tuple[int, int], description: str, is_leaked: bool = False) -> Picture:
    """Paint one picture for both themes.

    Args:
        painter: called with an empty figure and a theme, of which all its colours must come.
        size: width and height in CSS pixels.
        description: what the picture shows, for screen readers.
        is_leaked: put LEAKED across it.
    """
    both = marks()
    svg = _svg(_painted(painter, size, both, is_leaked))
    light, dark = (svg_uri(one.encode("utf-8")) for one in coloured(svg, both))
    return Picture(light, dark, *size, description)


def save_png(path: Path, painter: Painter, size: tuple[int, int], is_leaked: bool = False) -> Path:
    """Paint one picture in the light theme into a PNG file of twice `size`; returns its path."""
    figure = _painted(painter, size, LIGHT, is_leaked)
    figure.set_facecolor(LIGHT.paper)
    with _style(LIGHT):
        canvas = FigureCanvasAgg(figure)
        write_atomically(path, lambda temporary: canvas.print_png(temporary, metadata={"Software": None}))
    return path


def _painted(painter: Painter, size: tuple[int, int], theme: Theme, is_leaked: bool) -> Figure:
    with _style(theme):
        inches = (size[0] / PIXELS_PER_INCH, size[1] / PIXELS_PER_INCH)
        figure = Figure(figsize=inches, dpi=2 * PIXELS_PER_INCH, layout="constrained", facecolor="none")
        painter(figure, theme)
        if is_leaked:
            _stamp(figure, theme)
    return figure


def _svg(figure: Figure) -> str:
    buffer = io.BytesIO()
    with _style(LIGHT):
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    # from the root on: the prolog names a DTD by its address, and a page that asks for nothing names none
    text = "<svg" + buffer.getvalue().decode("utf-8").partition("<svg")[2]
    # measured with matplotlib's own DejaVu Sans, hence the same layout everywhere; shown in the page's font
    return re.sub(r"(style=\"[^\"]*)'DejaVu Sans'[^;\"]*", lambda match: match[1] + FONTS, text)


def _stamp(figure: Figure, theme: Theme) -> None:
    width = figure.get_figwidth() * 72
    figure.text(
        0.5, 0.5, STAMP, color=theme.warning, alpha=0.34, size=min(width / 5, 110), weight="bold",
        rotation=18, ha="center", va="center", zorder=100,
    )  # fmt: skip


@contextmanager
def _style(theme: Theme) -> Iterator[None]:
    settings: dict[str, Any] = {
        "text.parse_math": False,
        "text.usetex": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "lentigo",
        "font.family": "DejaVu Sans",
        "font.size": BODY,
        "axes.titlesize": BODY,
        "axes.labelsize": SMALL,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": BODY,
        "legend.fontsize": SMALL,
        "text.color": theme.ink,
        "axes.labelcolor": theme.muted,
        "axes.edgecolor": theme.line,
        "axes.facecolor": "none",
        "xtick.color": theme.line,
        "ytick.color": theme.line,
        "xtick.labelcolor": theme.muted,
        "ytick.labelcolor": theme.muted,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.formatter.use_mathtext": False,
        "axes.unicode_minus": True,
        "axes.linewidth": 1.0,
        "lines.linewidth": 1.8,
        "legend.frameon": False,
    }
    with mpl.rc_context(settings), warnings.catch_warnings():
        # a letter that the measuring font lacks is still drawn by the reader's own font
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield
