"""One drawn dermoscopic image: class, lesion seed and view number in; pixels, masks and facts out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from lentigo.data.synthesis.artefacts import add_artefacts, light_up, take
from lentigo.data.synthesis.classes import PAINTERS
from lentigo.data.synthesis.noise import SIDE, Generator, Map, smooth_noise
from lentigo.data.synthesis.skin import draw_skin
from lentigo.data.synthesis.tissue import Tissue, colour_of_tissue
from lentigo.settings.errors import DataError

CLASS_NAMES = tuple(PAINTERS)
VIEW_HEIGHT = 192
"""Canvas pixels that a view at zoom 1 shows from top to bottom."""
SKIN, LESION, VIEW = 1, 2, 3
"""Separate streams of randomness: skin and view do not know the class."""


@dataclass(frozen=True)
class SyntheticImage:
    """A picture with its ground truth."""

    pixels: npt.NDArray[np.uint8]
    """(H, W, 3), RGB."""
    lesion_mask: npt.NDArray[np.bool_]
    """(H, W): where the lesion is."""
    evidence_mask: npt.NDArray[np.bool_]
    """(H, W): where the structures are that make the class."""
    facts: dict[str, Any]
    """`class`, `lesion_seed`, `view`, `skin_tone`, `skin_melanin`, `structures`, `artefacts`, `zoom`."""


def draw_image(
    class_name: str, lesion_seed: int, view: int, height: int = 192, width: int = 256
) -> SyntheticImage:
    """Draw one view of one lesion; the same arguments give the same pixels.

    Args:
        class_name: one of `CLASS_NAMES`.
        lesion_seed: names the lesion and its skin; at least 0. Lesions of different classes with the same
            seed lie on the same skin and are seen under the same views.
        view: 0, 1, ...: zoom, rotation, shift, light, hair and other artefacts change, the lesion stays.
        height: of the picture in pixels.
        width: of the picture in pixels.

    Raises:
        DataError: an unknown class or a negative seed.
    """
    return _draw((class_name, lesion_seed, view), (height, width), with_evidence=True)


def draw_without_evidence(
    class_name: str, lesion_seed: int, view: int, height: int = 192, width: int = 256
) -> SyntheticImage:
    """The picture of `draw_image` without the structures that make the class; the masks stay the same."""
    return _draw((class_name, lesion_seed, view), (height, width), with_evidence=False)


def _draw(key: tuple[str, int, int], size: tuple[int, int], with_evidence: bool) -> SyntheticImage:
    class_name, lesion_seed, view = key
    _check(class_name, lesion_seed, view)
    tissue = Tissue(with_evidence)
    facts: dict[str, Any] = {"class": class_name, "lesion_seed": lesion_seed, "view": view}
    facts |= draw_skin(tissue, np.random.default_rng([lesion_seed, SKIN]))
    lesion_rng = np.random.default_rng([lesion_seed, LESION, CLASS_NAMES.index(class_name)])
    outline = PAINTERS[class_name](tissue, lesion_rng)
    maps = {**tissue.maps, "lesion": outline.depth}
    rng = np.random.default_rng([lesion_seed, VIEW, view])
    grid, facts["zoom"] = _camera(rng, size)
    grid = grid + _pull(lesion_rng, grid)
    seen = {layer: _look(values, grid) for layer, values in maps.items()}
    colour = colour_of_tissue(seen, tissue.keratin_colour) * _shading(seen["relief"], rng)
    picture = light_up(_scattered(colour), facts["skin_melanin"], rng)
    picture, facts["artefacts"] = add_artefacts(picture, rng)
    pixels = take(picture, rng)
    facts["structures"] = tuple(tissue.structures)
    return SyntheticImage(
        _resized(pixels, size),
        _resized((seen["lesion"] > 0).astype(np.uint8) * 255, size) > 127,
        _resized(_evidence_region(seen["evidence"]), size) > 127,
        facts,
    )


def _check(class_name: str, lesion_seed: int, view: int) -> None:
    if class_name not in PAINTERS:
        raise DataError(f"no class {class_name!r} can be drawn; choose from {', '.join(CLASS_NAMES)}")
    if lesion_seed < 0 or view < 0:
        raise DataError(f"lesion seed {lesion_seed} and view {view} must be at least 0")


def _camera(rng: Generator, size: tuple[int, int]) -> tuple[Map, float]:
    """Draw how the canvas is seen: canvas x and y (H, W, 2) of every pixel at working size, and the zoom."""
    height, width = VIEW_HEIGHT, round(VIEW_HEIGHT * size[1] / size[0])
    zoom = math.exp(rng.uniform(math.log(0.92), math.log(1.38)))
    angle, mirror = rng.uniform(0, 2 * math.pi), rng.choice([-1.0, 1.0])
    shift = rng.uniform(-0.08, 0.08, 2) * height
    y, x = np.indices((height, width), dtype=np.float32)
    x, y = mirror * (x - width / 2 - shift[0]) / zoom, (y - height / 2 - shift[1]) / zoom
    turned = (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle))
    return np.asarray(np.stack(turned, axis=-1) + SIDE / 2, np.float32), round(zoom, 3)


def _pull(rng: Generator, grid: Map) -> Map:
    """How the skin is pulled about (H, W, 2): it bends straight lines and perfect circles alike."""
    fields = (1.8 * smooth_noise(rng, 17) + 0.7 * smooth_noise(rng, 6) for _ in range(2))
    return np.stack([_look(field, grid) for field in fields], axis=-1)


def _look(values: Map, grid: Map) -> Map:
    """What of a canvas map is seen at the canvas places `grid`."""
    seen = cv2.remap(values, grid, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(seen, dtype=np.float32)


def _scattered(colour: Map) -> Map:
    """Light spreads within skin: part of every pixel's colour comes from its surroundings."""
    return np.asarray(0.75 * colour + 0.25 * cv2.GaussianBlur(colour, (0, 0), 2.2), np.float32)


def _shading(relief: Map, rng: Generator) -> Map:
    """Light and shade (H, W, 1) of a surface lit from one side."""
    angle, strength = rng.uniform(0, 2 * np.pi), rng.uniform(0.02, 0.09)
    smooth = cv2.GaussianBlur(relief, (0, 0), 1.0)
    slope = cv2.Sobel(smooth, cv2.CV_32F, 1, 0) * math.cos(angle) + cv2.Sobel(
        smooth, cv2.CV_32F, 0, 1
    ) * math.sin(angle)
    shade = 1 + np.clip(strength * slope, -0.35, 0.35)
    return np.asarray(shade[..., None], dtype=np.float32)


def _evidence_region(evidence: Map) -> npt.NDArray[np.uint8]:
    """Close the gaps between neighbouring structures, so that evidence is a region, not a tracery."""
    marks = (evidence > 0.99).astype(np.uint8) * 255
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    return np.asarray(cv2.morphologyEx(marks, cv2.MORPH_CLOSE, kernel), np.uint8)


def _resized(image: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    if image.shape[:2] == size:
        return image
    shrinking = size[0] < image.shape[0]
    method = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size[::-1], interpolation=method), np.uint8)
