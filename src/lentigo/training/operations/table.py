"""The one table of operations: name in, to which family it belongs and what it does out.

Adding one is a function in a module of this room, a row here, its name in `settings/recipe.py`, and a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from lentigo.training.operations import camera, covers, light, shapes

Kind = Literal["linear", "lens", "cover", "light", "pixels"]
"""What `change` gives: a matrix (2, 2) or a curvature for the warp, an image written into, a matrix (3, 4) of
colours, or another image."""


@dataclass(frozen=True)
class Operation:
    """One row of the table."""

    family: Literal["shape", "colour"]
    kind: Kind
    change: Callable[..., Any]
    """(dose) for `linear` and `lens`, (image, dose) for the others."""


OPERATIONS: dict[str, Operation] = {
    "shear": Operation("shape", "linear", shapes.shear),
    "stretch": Operation("shape", "linear", shapes.stretch),
    "lens": Operation("shape", "lens", shapes.lens),
    "hair": Operation("shape", "cover", covers.hair),
    "erasing": Operation("shape", "cover", covers.erasing),
    "hue": Operation("colour", "light", light.hue),
    "cast": Operation("colour", "light", light.cast),
    "illumination": Operation("colour", "light", light.illumination),
    "gamma": Operation("colour", "pixels", camera.gamma),
    "noise": Operation("colour", "pixels", camera.noise),
    "blur": Operation("colour", "pixels", camera.blur),
    "jpeg": Operation("colour", "pixels", camera.jpeg),
    "vignette": Operation("colour", "pixels", camera.vignette),
}
