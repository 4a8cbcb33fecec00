"""Trials of searches as plain rows in, pictures out: best so far, lineage, parallel coordinates, importance.

A row has number, generation, parent, fitness, failed, mutation_rate and a value for each gene's key.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lentigo.explanation.captions import shorten
from lentigo.report.drawing.figures import SMALL
from lentigo.report.drawing.themes import Theme
from lentigo.settings.recipe import Gene

Row = Mapping[str, Any]
BEST_SIZE = LINEAGE_SIZE = (520, 330)
PARALLEL_SIZE = (1060, 340)
OTHER_STYLES = ((0, (5, 2)), (0, (1.5, 1.5)), (0, (5, 2, 1, 2)), (0, (8, 2)))


def best_so_far(rows: Sequence[Row]) -> list[float]:
    """The highest fitness up to each trial, in the order of trials; nan before the first that worked."""
    best, found = math.nan, []
    for row in sorted(rows, key=lambda row: row["number"]):
        if not row["failed"] and not best >= row["fitness"]:
            best = row["fitness"]
        found.append(best)
    return found


def paint_best_so_far(figure: Figure, theme: Theme, searches: Mapping[str, Sequence[Row]]) -> None:
    """Paint one stair for each search, the first with its trials as dots."""
    axes = _axes(figure, theme, "trials", "best fitness so far")
    for place, (name, rows) in enumerate(searches.items()):
        steps = best_so_far(rows)
        style = "-" if place == 0 else OTHER_STYLES[(place - 1) % len(OTHER_STYLES)]
        colour = theme.accent if place == 0 else theme.muted
        numbers = range(1, len(steps) + 1)
        axes.plot(numbers, steps, drawstyle="steps-post", linestyle=style, color=colour, label=name)
        if place == 0:
            done = [row for row in rows if not row["failed"]]
            axes.plot(
                [row["number"] + 1 for row in done], [row["fitness"] for row in done], "o",
                color=colour, markersize=3.6, alpha=0.55,
            )  # fmt: skip
    axes.locator_params(axis="x", integer=True)
    if len(searches) > 1:
        axes.legend(loc="lower right", labelcolor=theme.ink)


def paint_lineage(figure: Figure, theme: Theme, rows: Sequence[Row], winner: int) -> None:
    """Paint individuals by generation and fitness, joined to their parents; the winner's line stands out."""
    axes = _axes(figure, theme, "generation", "fitness")
    by_number = {row["number"]: row for row in rows if not row["failed"]}
    line = ancestors(by_number, winner)
    for row in by_number.values():
        parent = by_number.get(row["parent"])
        if parent:
            is_line = row["number"] in line
            axes.plot(
                [parent["generation"], row["generation"]], [parent["fitness"], row["fitness"]],
                color=theme.accent if is_line else theme.line, linewidth=2.2 if is_line else 1.0,
                zorder=2 if is_line else 1,
            )  # fmt: skip
    for row in by_number.values():
        colour = theme.accent if row["number"] in line else theme.muted
        axes.plot(row["generation"], row["fitness"], "o", color=colour, markersize=5.5, zorder=3)
    best = by_number[winner]
    axes.annotate(
        f"trial {winner}", (best["generation"], best["fitness"]), (0, 7),
        textcoords="offset points", ha="center", color=theme.ink, size=SMALL,
    )  # fmt: skip
    axes.margins(0.08, 0.14)
    axes.locator_params(axis="x", integer=True)


def ancestors(rows: Mapping[int, Row], number: int | None) -> list[int]:
    """A trial, its parent, and so on to the first that has none."""
    line: list[int] = []
    while number is not None and number in rows:
        line.append(number)
        number = rows[number]["parent"]
    return line


def paint_parallel(
    figure: Figure, theme: Theme, rows: Sequence[Row], genes: Sequence[Gene], winner: int
) -> None:
    """Paint one line a trial over an axis for each gene, ending at its fitness; the better, the stronger."""
    axes = figure.subplots()
    done = sorted((row for row in rows if not row["failed"]), key=lambda row: row["fitness"])
    fitnesses = [row["fitness"] for row in done]
    low, high = min(fitnesses), max(fitnesses)
    for rank, row in enumerate(done):
        places = [_place(gene, row[gene.key]) for gene in genes]
        places.append(0.5 if high == low else (row["fitness"] - low) / (high - low))
        share, is_winner = (rank + 1) / len(done), row["number"] == winner
        axes.plot(
            range(len(places)), places, color=theme.accent if is_winner else theme.muted,
            alpha=1.0 if is_winner else 0.12 + 0.6 * share**2, linewidth=2.6 if is_winner else 1.3,
            zorder=3 if is_winner else 2,
        )  # fmt: skip
    ends = [(gene.key, gene.low, gene.high) for gene in genes]
    _name_axes(axes, theme, [*ends, ("fitness", low, high)])


def paint_importance(figure: Figure, theme: Theme, importance: Mapping[str, float]) -> None:
    """Paint one bar a gene, the most important first."""
    axes = figure.subplots()
    pairs = sorted(importance.items(), key=lambda pair: -pair[1])
    axes.barh(range(len(pairs)), [value for _, value in pairs], height=0.55, color=theme.accent)
    for place, (_, value) in enumerate(pairs):
        axes.annotate(
            f"{value:.2f}", (value, place), (6, 0), textcoords="offset points", va="center", color=theme.muted
        )
    axes.set_yticks(range(len(pairs)), [shorten(key, 30) for key, _ in pairs])
    axes.set_ylim(len(pairs) - 0.5, -0.5)
    axes.set_xlim(0, 1.12)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)


def importance_size(num_genes: int) -> tuple[int, int]:
    """Width and height in CSS pixels."""
    return 520, 24 + 44 * max(1, num_genes)


def _axes(figure: Figure, theme: Theme, x: str, y: str) -> Axes:
    axes = figure.subplots()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(axis="y", color=theme.line, linewidth=0.8)
    axes.tick_params(length=0)
    return axes


def _place(gene: Gene, value: float) -> float:
    """Where a value lies between the ends of its gene, 0 to 1."""
    ends = np.array([gene.low, value, gene.high], dtype=float)
    low, here, high = np.log(ends) if gene.log else ends
    return float((here - low) / (high - low))


def _name_axes(axes: Axes, theme: Theme, ends: Sequence[tuple[str, float, float]]) -> None:
    """A vertical line for each axis, named below, with its lowest and highest value."""
    for place, (name, low, high) in enumerate(ends):
        axes.plot([place, place], [0, 1], color=theme.line, linewidth=1.2, zorder=1)
        for height, value, side in ((-0.02, low, "top"), (1.02, high, "bottom")):
            axes.text(place, height, f"{value:.3g}", ha="center", va=side, color=theme.muted, size=SMALL)
        axes.text(place, -0.12, shorten(name, 26), ha="center", va="top", color=theme.ink, size=SMALL)
    axes.set_ylim(-0.24, 1.1)
    axes.set_xlim(-0.4, len(ends) - 0.6)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
