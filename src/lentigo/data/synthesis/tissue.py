"""Skin as a stack of density maps, and the optics that turn it into colour.

Layers in, colour out. Absorbing layers follow Beer-Lambert (colour = white * exp(-absorption * density)),
so that brown on dark skin is darker brown; covering layers hide what lies below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lentigo.data.synthesis.noise import SIDE, Map

ABSORPTION = {
    # per unit of density for red, green, blue; fitted by eye to colours of dermoscopy at large
    "melanin": (0.58, 0.90, 1.08),
    "blood": (0.18, 1.12, 0.72),
    "deep": (0.95, 0.62, 0.36),
}
COVERS = ("white", "keratin")
LAYERS = (*ABSORPTION, *COVERS, "relief", "evidence")
DERMIS = np.array([0.94, 0.85, 0.83], dtype=np.float32)
"""Colour of skin without pigment and blood."""
SCAR = np.array([0.95, 0.89, 0.87], dtype=np.float32)
"""Colour of white structures."""
VISIBLE = 0.12
"""Density or cover from which a class-defining structure counts as evidence."""


def _empty_maps() -> dict[str, Map]:
    return {layer: np.zeros((SIDE, SIDE), np.float32) for layer in LAYERS}


@dataclass
class Tissue:
    """Density maps (SIDE, SIDE) under construction."""

    with_evidence: bool = True
    """False leaves class-defining structures out: the same lesion, emptied of its evidence."""
    maps: dict[str, Map] = field(default_factory=_empty_maps)
    keratin_colour: tuple[float, float, float] = (0.93, 0.85, 0.66)
    structures: list[str] = field(default_factory=list)

    def add(self, layer: str, amount: npt.NDArray[np.floating], evidence: bool = False) -> None:
        """Add density to an absorbing layer or `relief`, or cover more of a covering layer.

        Args:
            layer: one of `LAYERS` without `evidence`.
            amount: (SIDE, SIDE); densities may be negative (paler), covers lie in [0, 1].
            evidence: whether this makes the class.
        """
        if evidence:
            visible = np.clip(np.abs(amount) / VISIBLE, 0, 1)
            np.maximum(self.maps["evidence"], visible, out=self.maps["evidence"])
            if not self.with_evidence:
                return
        if layer in COVERS:
            self.maps[layer] += np.clip(amount, 0, 1) * (1 - self.maps[layer])
        else:
            self.maps[layer] += amount

    def name(self, *structures: str) -> None:
        """Note which structures were drawn, for the facts of the image."""
        self.structures.extend(structures)


def colour_of_tissue(
    maps: Mapping[str, Map], keratin_colour: tuple[float, float, float]
) -> npt.NDArray[np.float32]:
    """Turn layers (H, W) into colour (H, W, 3) in [0, 1] under white light."""
    densities = np.stack([np.maximum(maps[layer], 0) for layer in ABSORPTION], axis=-1)
    colour = DERMIS * np.exp(densities @ -np.array(list(ABSORPTION.values()), np.float32))
    for layer, cover in zip(COVERS, (SCAR, np.array(keratin_colour, np.float32)), strict=True):
        share = np.clip(maps[layer], 0, 1)[..., None]
        # a cover still takes some of the tone below, else it looks pasted on
        colour = colour * (1 - share) + share * cover * (0.75 + 0.25 * colour / DERMIS)
    return np.asarray(np.clip(colour, 0, 1), dtype=np.float32)
