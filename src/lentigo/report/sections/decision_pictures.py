"""Operating points and net benefit in, pictures out: points on a ROC curve, and a decision curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lentigo.report.drawing.figures import SMALL
from lentigo.report.drawing.numbers import is_defined
from lentigo.report.drawing.themes import Theme

ROC_SIZE = (440, 420)
BENEFIT_SIZE = (680, 360)


@dataclass(frozen=True)
class Marked:
    """One operating point."""

    label: str
    sensitivity: Mapping[str, Any]
    specificity: Mapping[str, Any]
    is_chosen: bool


def paint_operating_points(
    figure: Figure, theme: Theme, roc: Mapping[str, Sequence[float]], marked: Sequence[Marked]
) -> None:
    """Paint the ROC curve, and on it each point with the intervals of both its figures.

    Args:
        figure: empty.
        theme: colours.
        roc: `fpr` and `tpr`.
        marked: the points; undefined ones are left out.
    """
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=theme.muted, linewidth=1, linestyle=(0, (2, 3)))
    axes.plot(roc["fpr"], roc["tpr"], color=theme.line, linewidth=2.2)
    shown = [one for one in marked if is_defined(one.sensitivity.get("value"))]
    shown = [one for one in shown if is_defined(one.specificity.get("value"))]
    for one in shown:
        _mark(axes, theme, one)
    for one, height in zip(shown, _label_heights(shown), strict=True):
        _label(axes, theme, one, height)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.01)
    axes.set_xlabel("1 − specificity: benign images called malignant")
    axes.set_ylabel("sensitivity: malignant images called malignant")
    _frame(axes, theme)


def paint_benefit(figure: Figure, theme: Theme, curve: Mapping[str, Any]) -> None:
    """Paint net benefit over the threshold: the model with its band, calling all and calling none.

    Args:
        figure: empty.
        theme: colours.
        curve: as `decision_curve` gives it.
    """
    axes, thresholds = figure.subplots(), np.array(curve["thresholds"])
    model, treated = (
        {key: _array(curve[name][key]) for key in ("value", "low", "high")} for name in ("model", "treat_all")
    )
    axes.axhline(0, color=theme.muted, linewidth=1.4, linestyle=(0, (1, 2)), label="call none malignant")
    axes.plot(thresholds, treated["value"], color=theme.muted, linewidth=1.6, label="call all malignant")
    axes.fill_between(thresholds, model["low"], model["high"], color=theme.accent, alpha=0.2, linewidth=0)
    axes.plot(thresholds, model["value"], color=theme.accent, linewidth=2.4, label="this model")
    top = float(
        np.nanmax([np.nanmax(model["high"], initial=0.01), np.nanmax(treated["value"], initial=0.01)])
    )
    axes.set_xlim(0, thresholds[-1])
    axes.set_ylim(-0.25 * top, 1.06 * top)
    axes.set_xticks(np.arange(0, 0.51, 0.1), [f"{share:.0%}" for share in np.arange(0, 0.51, 0.1)])
    axes.set_xlabel("threshold: the malignant probability from which one would act")
    axes.set_ylabel("net benefit")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, labelcolor="linecolor", handlelength=1.6)
    _frame(axes, theme)


def _array(values: Sequence[float | None]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _mark(axes: Axes, theme: Theme, one: Marked) -> None:
    x, y = 1 - one.specificity["value"], one.sensitivity["value"]
    colour = theme.accent if one.is_chosen else theme.ink
    for ends, other, is_upright in ((one.sensitivity, x, True), (one.specificity, y, False)):
        low, high = ends.get("low"), ends.get("high")
        if is_defined(low) and is_defined(high):
            pair = ([other, other], [low, high]) if is_upright else ([1 - low, 1 - high], [other, other])
            axes.plot(*pair, color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt")
    axes.plot([x], [y], "o", color=colour, markersize=8, mec=theme.paper, mew=1.2, clip_on=False)


def _label_heights(marked: Sequence[Marked]) -> list[float]:
    """Where each label stands: at its point, but for a distance from the label above."""
    heights: dict[int, float] = {}
    ceiling = 0.94
    for place in sorted(range(len(marked)), key=lambda index: -float(marked[index].sensitivity["value"])):
        ceiling = min(float(marked[place].sensitivity["value"]) - 0.08, ceiling)
        heights[place] = ceiling
        ceiling -= 0.07
    return [heights[place] for place in range(len(marked))]


def _label(axes: Axes, theme: Theme, one: Marked, height: float) -> None:
    """The rule below and to the right of its point, joined to it by a thin line."""
    x, y = 1 - one.specificity["value"], one.sensitivity["value"]
    is_at_edge = x > 0.45
    axes.annotate(
        one.label, (x, y), (0.985 if is_at_edge else x + 0.07, height),
        ha="right" if is_at_edge else "left", va="center", size=SMALL,
        color=theme.accent if one.is_chosen else theme.ink, weight="bold" if one.is_chosen else "normal",
        arrowprops={"arrowstyle": "-", "color": theme.muted, "linewidth": 0.8, "shrinkB": 4},
        bbox={"facecolor": theme.paper, "edgecolor": "none", "alpha": 0.8, "pad": 1},
    )  # fmt: skip


def _frame(axes: Axes, theme: Theme) -> None:
    axes.tick_params(length=0)
    axes.grid(color=theme.line, linewidth=0.8, alpha=0.6)
    axes.set_axisbelow(True)
