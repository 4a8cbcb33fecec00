"""Figures of `checks.json` in, pictures out: heat on the evidence, likeness to random weights, removal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lentigo.explanation.overlay import overlay
from lentigo.explanation.sheet import SheetRow, Tile, contact_sheet
from lentigo.report.drawing.dots import DotRow
from lentigo.report.drawing.themes import Theme

Facts = Mapping[str, Any]
Shown = Mapping[str, Any]
"""`image`: uint8 (E, H, W, 3); method -> (maps of the trained network, of random weights), (E, H, W) each."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
"""Of methods: Okabe and Ito's, told apart by the colour-blind."""
STYLES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (5, 2, 1, 2)), (0, (8, 2)))
LIKENESS_SIZE = (620, 340)
BASELINES = {"middle": "middle of the image, no network", "random": "random places, no network"}


def appearance(number: int) -> tuple[str, Any]:
    """Colour and line style of the n-th method, from 0; 25 of them are told apart."""
    turn, place = divmod(number, len(COLOURS))
    return COLOURS[place], STYLES[(place + turn) % len(STYLES)]


def share_rows(facts: Facts, place: str) -> list[DotRow]:
    """Share of heat in one place: each method trained and with random weights, then baselines."""
    rows = []
    for number, method in enumerate(facts["methods"].values()):
        heat = method["heat"][place]
        rows.append(DotRow(method["title"], heat["trained"], appearance(number)[0], is_main=True))
        rows.append(DotRow("with random weights", heat["random_weights"]))
    return rows + [DotRow(BASELINES[name], one["heat"][place]) for name, one in facts["baselines"].items()]


def removal_rows(facts: Facts, test: str) -> list[DotRow]:
    """Area under the curve of `deletion` or `insertion`: methods, then baselines."""
    methods = [
        DotRow(method["title"], method[test], appearance(number)[0], is_main=True)
        for number, method in enumerate(facts["methods"].values())
    ]
    return methods + [DotRow(BASELINES[name], one[test]) for name, one in facts["baselines"].items()]


def paint_likeness(figure: Figure, theme: Theme, facts: Facts, order: str, measure: str) -> None:
    """One line a method over the blocks whose weights are random.

    Args:
        figure: empty.
        theme: colours.
        facts: `checks.json`.
        order: `cascading` or `independent`.
        measure: `rank_correlation` or `structural_similarity`.
    """
    axes = figure.subplots()
    steps, blocks = facts["randomisation"][order], facts["randomisation"]["blocks"]
    places = np.arange(len(blocks) + 1) if order == "cascading" else np.arange(1, len(blocks) + 1)
    for number, name in enumerate(steps[0]):
        shade, style = appearance(number)
        colour = theme.shade(shade)
        ends = {
            key: [_number(step[name][measure][key]) for step in steps] for key in ("value", "low", "high")
        }
        if order == "cascading":  # before the first block, the maps are themselves
            ends = {key: [1.0, *values] for key, values in ends.items()}
        axes.fill_between(places, ends["low"], ends["high"], color=colour, alpha=0.16, linewidth=0)
        label = facts["methods"][name]["title"]
        axes.plot(places, ends["value"], linestyle=style, color=colour, label=label)
    axes.axhline(0, color=theme.line, linewidth=1)
    axes.set_ylim(-0.3, 1.03)
    first = "trained" if order == "cascading" else blocks[0]
    axes.set_xticks([places[0], places[-1]], [first, blocks[-1]])
    axes.tick_params(length=0)
    axes.legend(loc="upper right", labelcolor=theme.ink, ncols=2)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def example_sheet(facts: Facts, shown: Shown, truth: Sequence[str]) -> NDArray[np.uint8]:
    """Images in one row, below it each method's overlays, trained and with random weights."""
    images = shown["image"]
    rows = [
        SheetRow("images", tiles=[Tile(*pair) for pair in zip(images, [(t,) for t in truth], strict=True)])
    ]
    for number, (name, method) in enumerate(facts["methods"].items()):
        for words, maps in zip(("", ", random weights"), shown[name], strict=True):
            tiles = [Tile(overlay(image, heat)) for image, heat in zip(images, maps, strict=True)]
            rows.append(SheetRow(method["title"] + words, appearance(number)[0], tiles))
    return contact_sheet(rows, columns=max(1, len(images)), side=112)
