"""What `evaluation.json` says of abstaining in; what the section "When it should not answer" shows, out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from matplotlib.figure import Figure

from lentigo.report.drawing.figures import SMALL, Picture, draw
from lentigo.report.drawing.numbers import is_defined, value_text
from lentigo.report.drawing.themes import Theme

Evaluation = Mapping[str, Any]

SIZE = (440, 330)
METHODS = {"lac": "least ambiguous (LAC)", "aps": "adaptive (APS)", "raps": "regularised adaptive (RAPS)"}
KINDS = {"all": "one threshold for all classes", "by_class": "a threshold for each class"}


def abstaining_content(evaluation: Evaluation) -> dict[str, Any] | None:
    """Picture and rows of the tables; None where the part has no such figures."""
    found = evaluation.get("abstaining")
    if not found:
        return None
    risk, sets = found["risk_coverage"], found["prediction_sets"]
    return {
        "picture": _picture(risk, bool(evaluation.get("leaked"))),
        "answered": risk["answered"],
        "areas": [
            ("this model", risk["aurc"]),
            ("best possible with so many errors", risk["oracle"]),
            ("answering at random", risk["random"]),
        ],
        "sets": _set_rows(sets),
        "per_class": _shown(sets)["per_class"],
        "promised": 1 - sets["error"],
        "is_cross_fitted": sets["cross_fitted"],
        "unknown": found["unknown"],
        "scores": _score_rows(found.get("comparison")),
    }


def _set_rows(sets: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a kind of set; the one that a bundle gives is marked."""
    return [
        {
            "title": METHODS[method],
            "kind": KINDS[kind],
            "is_shown": [method, kind] == list(sets["shown"]),
            "least": min(_defined(figures["per_class"]), key=lambda one: one["value"], default=None),
            **figures,
        }
        for method, kinds in sets["kinds"].items()
        for kind, figures in kinds.items()
    ]


def _shown(sets: Mapping[str, Any]) -> Mapping[str, Any]:
    method, kind = sets["shown"]
    figures: Mapping[str, Any] = sets["kinds"][method][kind]
    return figures


def _defined(per_class: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [figure for figure in per_class.values() if is_defined(figure["value"])]


def _score_rows(comparison: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Scores, the best first, with their areas by left-out class."""
    if comparison is None:
        return None
    scores = comparison["scores"]
    names = sorted(scores, key=lambda name: -scores[name]["mean"]["value"])
    return {
        "names": list(scores[names[0]]["per_class"]),
        "far": list(scores[names[0]].get("far", {})),
        "rows": [{"name": name, "is_chosen": name == comparison["chosen"], **scores[name]} for name in names],
    }


def _picture(risk: Mapping[str, Any], leaked: bool) -> Picture:
    shown = "; ".join(
        f"{one['coverage']:.0%} answered: {value_text(one['risk'])}" for one in risk["answered"]
    )
    words = f"share of answers that is wrong when only the surest images are answered: {shown}"
    return draw(partial(paint_risk, risk=risk), SIZE, words, leaked)


def paint_risk(figure: Figure, theme: Theme, risk: Mapping[str, Any]) -> None:
    """Paint the risk-coverage curve with its band, between guessing and the best possible.

    Args:
        figure: empty.
        theme: colours.
        risk: `risk_coverage` of `evaluation.json`.
    """
    axes, curve = figure.subplots(), risk["curve"]
    coverage, plain = curve["coverage"], risk["random"]["value"]
    top = max(0.05, 1.15 * max(one for one in (*curve["high"], plain) if is_defined(one)))
    axes.axhline(plain, color=theme.muted, linewidth=1.2, linestyle=(0, (3, 3)))
    right = 1 - plain
    best = [max(0.0, (one - right) / one) for one in coverage]
    axes.plot(coverage, best, color=theme.muted, linewidth=1.2, linestyle=(0, (1, 2)))
    defined = [
        is_defined(low) and is_defined(high) for low, high in zip(curve["low"], curve["high"], strict=True)
    ]
    low = [
        one if fine else value for one, value, fine in zip(curve["low"], curve["risk"], defined, strict=True)
    ]
    high = [
        one if fine else value for one, value, fine in zip(curve["high"], curve["risk"], defined, strict=True)
    ]
    axes.fill_between(coverage, low, high, color=theme.accent, alpha=0.22, linewidth=0)
    axes.plot(coverage, curve["risk"], color=theme.accent, linewidth=2.2)
    axes.text(0.02, plain + 0.015 * top, "answering at random", color=theme.muted, size=SMALL, va="bottom")
    axes.text(0.98, 0.02 * top, "best possible", color=theme.muted, size=SMALL, ha="right", va="bottom")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, top)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    axes.set_xlabel("share of images answered, the surest first")
    axes.set_ylabel("share of answers that is wrong")
    axes.tick_params(length=0)
    axes.grid(color=theme.line, linewidth=0.8, alpha=0.6)
    axes.set_axisbelow(True)
