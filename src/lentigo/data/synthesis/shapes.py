"""Outlines of lesions: a style in, signed depth and soft cover of the lesion out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from lentigo.data.synthesis.noise import SIDE, Generator, Map, blur, fractal_noise, ramp, smooth_noise

NUM_DIRECTIONS = 720


@dataclass(frozen=True)
class OutlineStyle:
    """How outlines of a kind vary."""

    radius: tuple[float, float] = (40.0, 74.0)
    """Smallest and largest mean radius in canvas pixels."""
    irregularity: float = 0.1
    """Size of lobes and notches, relative to the radius."""
    ragged: float = 2.0
    """Size of fine frayed edges in pixels."""
    edge: float = 4.0
    """Width in pixels over which the lesion fades into skin."""
    elongation: float = 0.25
    """Largest share by which one axis is longer."""


@dataclass(frozen=True)
class Outline:
    """One lesion's outline."""

    radius: float
    radii: npt.NDArray[np.float64]
    """Distance from the centre to the border for `NUM_DIRECTIONS` directions."""
    depth: Map
    """Pixels from the border, positive inside (approximately; (SIDE, SIDE))."""
    cover: Map
    """1 inside, 0 outside, soft at the border."""

    def points(
        self, angles: npt.NDArray[np.float64], shares: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Points (N, 2) in directions `angles` (radians) at `shares` of the way from centre to border."""
        index = np.rint(angles / (2 * np.pi) * NUM_DIRECTIONS).astype(int) % NUM_DIRECTIONS
        distance = self.radii[index] * shares
        offsets = distance[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return np.asarray(SIDE / 2 + offsets, dtype=np.float64)

    def dome(self) -> Map:
        """Height of a raised lesion, 0 at the border and 1 in the middle."""
        smooth = blur(np.clip(self.depth / self.radius, 0, 1), 5)
        return np.asarray(np.sqrt(smooth), dtype=np.float32)

    def ring(self, inner: float, outer: float) -> Map:
        """Soft cover of the band between two shares of the way from centre (0) to border (1)."""
        share = 1 - self.depth / self.radius
        return np.asarray(ramp(share, inner - 0.08, inner + 0.08) * ramp(share, outer + 0.08, outer - 0.08))


def draw_outline(rng: Generator, style: OutlineStyle) -> Outline:
    """Draw one outline of a style around the canvas centre."""
    radius = float(np.exp(rng.uniform(*np.log(style.radius))))
    radii = radius * _wobble(rng, style)
    x, y = polar_offsets()
    distance, angle = cv2.cartToPolar(x + 3 * smooth_noise(rng, 40), y + 3 * smooth_noise(rng, 40))
    index = (angle * (NUM_DIRECTIONS / (2 * np.pi))).astype(np.int32) % NUM_DIRECTIONS
    edge = style.edge * rng.uniform(0.5, 1.4)
    depth = radii.astype(np.float32)[index] - distance + style.ragged * fractal_noise(rng, 14, 3, 0.45)
    cover = ramp(depth, -edge, edge)
    return Outline(radius, radii, depth, cover)


def blob(rng: Generator, centre: npt.NDArray[np.float64], radius: float, edge: float) -> Map:
    """Soft irregular patch: cover (SIDE, SIDE) about `centre` (x, y), fading over `edge` pixels."""
    x, y = polar_offsets()
    distance = np.hypot(x + SIDE / 2 - centre[0], y + SIDE / 2 - centre[1])
    depth = radius - distance + 0.3 * radius * fractal_noise(rng, max(radius, 8), 3)
    return ramp(depth.astype(np.float32), -edge, edge)


@cache
def polar_offsets() -> tuple[Map, Map]:
    """Offsets x, y (SIDE, SIDE) of every pixel from the canvas centre; shared, so never written to."""
    axis = np.arange(SIDE, dtype=np.float32) - SIDE / 2
    x, y = np.meshgrid(axis, axis)
    x.setflags(write=False)
    y.setflags(write=False)
    return x, y


def _wobble(rng: Generator, style: OutlineStyle) -> npt.NDArray[np.float64]:
    """Relative radius by direction: an ellipse with lobes of falling size."""
    angles = np.linspace(0, 2 * np.pi, NUM_DIRECTIONS, endpoint=False)
    stretch = 1 + rng.uniform(0, style.elongation)
    turn = rng.uniform(0, np.pi)
    ellipse = 1 / np.hypot(np.cos(angles - turn) / stretch, np.sin(angles - turn) * stretch)
    orders = np.arange(2, 9)
    sizes = style.irregularity * rng.normal(0, 1, len(orders)) / orders**0.9
    lobes = (
        sizes[:, None] * np.cos(orders[:, None] * angles + rng.uniform(0, 6.28, len(orders))[:, None])
    ).sum(0)
    return np.asarray(ellipse * np.clip(1 + lobes, 0.45, 1.6))
