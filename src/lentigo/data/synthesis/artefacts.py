"""What lies between lesion and picture, whatever the class: hairs, ruler, ink, bubbles, corners, blur, noise.

All functions take and return colour (H, W, 3) float32 in [0, 1].
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from lentigo.data.synthesis import ink
from lentigo.data.synthesis.noise import Generator, Map

Picture = npt.NDArray[np.float32]


def add_artefacts(picture: Picture, rng: Generator) -> tuple[Picture, list[str]]:
    """Add a random choice of artefacts; returns the picture and the names of those drawn."""
    drawn: list[str] = []
    for name, chance, add in ARTEFACTS:
        is_drawn = rng.random() < chance
        if is_drawn:
            picture = add(picture, rng)
            drawn.append(name)
    return picture, drawn


def add_hairs(picture: Picture, rng: Generator) -> Picture:
    """Dark or light hairs, mostly along one direction, with a faint shadow."""
    height, width = picture.shape[:2]
    num_hairs = int(np.exp(rng.uniform(0.7, 3.4)))
    heading = rng.uniform(0, 2 * np.pi)
    lines = [_hair(rng, (height, width), heading) for _ in range(num_hairs)]
    coarse = rng.uniform(0, 0.5) if rng.random() < 0.15 else 0.0
    sizes = np.where(rng.random(num_hairs) < coarse, 2, 1)
    cover = ink.paths(lines, sizes, (height, width))
    cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.55 * height / 192), np.float32)
    is_light = rng.random() < 0.12
    colour = rng.uniform(0.8, 0.98) if is_light else rng.uniform(0.03, 0.35)
    tint = np.array([1.0, 0.96, 0.9] if is_light else [1.0, rng.uniform(0.75, 1.0), rng.uniform(0.6, 0.95)])
    shadow = cv2.warpAffine(cover, np.array([[1, 0, 1.5], [0, 1, 1.5]]), (width, height))
    picture = picture * (1 - 0.12 * shadow[..., None])
    return _over(picture, cover * rng.uniform(0.55, 0.95), (colour * tint).astype(np.float32))


def add_ruler(picture: Picture, rng: Generator) -> Picture:
    """A millimetre scale along one side."""
    height, width = picture.shape[:2]
    pitch, at = height * rng.uniform(0.035, 0.07), rng.uniform(0.03, 0.1) * height
    start, num_ticks = rng.uniform(0, 0.4) * width, int(rng.integers(9, 24))
    offsets = start + pitch * np.arange(num_ticks)
    longs = np.where(np.arange(num_ticks) % 5 == 0, 2.0, 1.0) * height * 0.022
    lines = [np.array([[x, at], [x, at + long]]) for x, long in zip(offsets, longs, strict=True)]
    lines.append(np.array([[offsets[0], at], [offsets[-1], at]]))
    cover = ink.paths(lines, np.ones(len(lines)) * max(1, height / 240), (height, width))
    if rng.random() < 0.5:
        cover = cover[::-1]
    return _over(picture, cover * 0.85, np.full(3, rng.uniform(0.05, 0.2), np.float32))


def add_marker(picture: Picture, rng: Generator) -> Picture:
    """A stroke of violet skin marker near a corner."""
    height, width = picture.shape[:2]
    corner = rng.integers(0, 2, 2) * [width, height]
    inwards = np.arctan2(height / 2 - corner[1], width / 2 - corner[0]) + rng.choice([-1, 1]) * rng.uniform(
        0.9, 1.4
    )
    start = corner + (np.array([width, height]) / 2 - corner) * rng.uniform(0.12, 0.3)
    line = ink.wander(rng, start, float(inwards), height / 16, 5)
    cover = ink.paths([line], [height * rng.uniform(0.02, 0.045)], (height, width))
    grain = rng.uniform(0.55, 1.0, (height // 2 + 1, width // 2 + 1)).astype(np.float32)
    cover = cover * cv2.resize(grain, (width, height))
    return _over(picture, cover * 0.7, np.array([0.35, 0.16, 0.48], np.float32))


def add_bubbles(picture: Picture, rng: Generator) -> Picture:
    """Bubbles in the immersion gel: thin bright rings with a dark rim and a spot of light."""
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(1, 7))):
        centre = rng.uniform(0, 1, 2) * [width, height]
        radius = height * rng.uniform(0.012, 0.07)
        sheets = np.zeros((2, height, width), np.uint8)
        point = (round(centre[0] * 16), round(centre[1] * 16))
        cv2.circle(sheets[0], point, round(radius * 16), 255, 1, cv2.LINE_AA, 4)
        cv2.circle(sheets[1], point, round(max(radius - 1.2, 1) * 16), 255, 1, cv2.LINE_AA, 4)
        picture = _over(picture, sheets[0] / np.float32(255) * 0.35, np.full(3, 0.25, np.float32))
        picture = _over(picture, sheets[1] / np.float32(255) * 0.5, np.full(3, 0.97, np.float32))
        picture = _over(
            picture, _spot(picture, centre - radius * 0.45, radius * 0.18), np.ones(3, np.float32)
        )
    return picture


def add_glints(picture: Picture, rng: Generator) -> Picture:
    """Small specular highlights of light that was not cross-polarised."""
    height, width = picture.shape[:2]
    num_glints = int(rng.integers(8, 50))
    points = rng.uniform(0.1, 0.9, (num_glints, 2)) * [width, height]
    cover = ink.discs(points, rng.uniform(0.3, 1.2, num_glints) * height / 192, (height, width))
    return _over(picture, cover * rng.uniform(0.4, 0.9), np.ones(3, np.float32))


def add_dark_corners(picture: Picture, rng: Generator) -> Picture:
    """The black rim of a round lens."""
    width = picture.shape[1]
    distance = _distance(picture, rng.uniform(-0.04, 0.04, 2))
    reach = rng.uniform(0.5, 0.66) * width
    edge = rng.uniform(0.008, 0.03) * width
    light = np.clip((reach - distance) / edge, 0, 1)[..., None]
    return np.asarray(picture * light + 0.02 * (1 - light), np.float32)


ARTEFACTS = (
    ("bubbles", 0.12, add_bubbles),
    ("glints", 0.2, add_glints),
    ("hairs", 0.45, add_hairs),
    ("marker", 0.07, add_marker),
    ("ruler", 0.15, add_ruler),
    ("dark corners", 0.18, add_dark_corners),
)
"""Name, chance and painter, from the skin outwards."""


def light_up(picture: Picture, melanin: float, rng: Generator) -> Picture:
    """Lamp and camera: exposure (more for skin of more `melanin`), colour cast, uneven light, contrast."""
    warmth, tint = rng.normal(0, 0.045), rng.normal(0, 0.025)
    cast = np.array([1 + 0.5 * warmth, 1 + tint, 1.02 - warmth])
    exposure = rng.uniform(0.9, 1.1) * (1 + 0.35 * melanin)
    distance = _distance(picture, rng.uniform(-0.25, 0.25, 2)) / picture.shape[1]
    falloff = 1 - rng.uniform(0, 0.5) * distance**2
    lit = picture * (exposure * cast).astype(np.float32) * falloff[..., None]
    gamma = rng.uniform(0.8, 1.1)
    return np.asarray(np.clip(lit, 0, 1) ** np.float32(gamma), np.float32)


def take(picture: Picture, rng: Generator) -> npt.NDArray[np.uint8]:
    """Lens blur, sensor noise and eight bits."""
    height, width = picture.shape[:2]
    sigma = rng.uniform(0.0, 0.8) * height / 192
    if sigma > 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    grain = rng.standard_normal((height, width), dtype=np.float32) * np.float32(rng.uniform(0.003, 0.014))
    return np.asarray(np.rint(np.clip(picture + grain[..., None], 0, 1) * 255), np.uint8)


def _hair(rng: Generator, shape: tuple[int, int], heading: float) -> ink.Points:
    """One curved hair; points (13, 2)."""
    height, width = shape
    start = rng.uniform(-0.1, 1.1, 2) * [width, height]
    angles = heading + rng.normal(0, 0.5) + np.linspace(0, rng.normal(0, 0.9), 12)
    steps = height * rng.uniform(0.03, 0.09) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.vstack([start, start + np.cumsum(steps, axis=0)])


def _over(picture: Picture, cover: npt.NDArray[np.float32], colour: npt.NDArray[np.float32]) -> Picture:
    share = np.asarray(cover, np.float32)[..., None]
    return np.asarray(picture * (1 - share) + share * colour, np.float32)


def _spot(picture: Picture, centre: ink.Points, radius: float) -> Map:
    return ink.discs(centre[None], [max(radius, 0.5)], picture.shape[:2])


def _distance(picture: Picture, offset: ink.Points) -> Map:
    """Pixels from the centre moved by `offset` (share of the width)."""
    height, width = picture.shape[:2]
    y = np.arange(height, dtype=np.float32)[:, None] - height / 2 - offset[1] * width
    x = np.arange(width, dtype=np.float32)[None] - width / 2 - offset[0] * width
    return np.asarray(np.hypot(x, y), np.float32)
