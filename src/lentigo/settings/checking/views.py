"""The text of `prediction.views` in; the turns and crops it stands for, or what is wrong with it, out.

flips                     four ways of the whole image
dihedral+0.8x4            eight ways of the whole image and of four crops of 0.8 of its sides: 40 views
one+0.7x16                the whole image and 16 crops, upright: 17 views
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lentigo.settings.errors import SettingsError

NUM_TURNS = {"one": 1, "flips": 4, "dihedral": 8}
"""Turns by name, and how many they are."""
SQUARE_ONLY = "dihedral"
"""The turns that swap height and width."""
GRIDS = (1, 4, 9, 16, 25)
"""Crops of one scale: the one in the middle, or a grid over the image."""
SMALLEST_SCALE = 0.2
MOST_VIEWS = 128

_CROPS = re.compile(r"(0\.\d{1,4})x(\d{1,2})")
_EXPECTED = (
    "expected one, flips or dihedral, perhaps with crops as in flips+0.8x4: crops of 0.8 of the sides, "
    f"{', '.join(map(str, GRIDS))} of them"
)


@dataclass(frozen=True)
class ViewPlan:
    """What a text stands for."""

    turns: str
    crops: tuple[tuple[float, int], ...]
    """(scale, count): a share of both sides in [0.2, 1), and how many crops of it; beside the whole image."""

    @property
    def num_views(self) -> int:
        """Passes of the network an image."""
        return NUM_TURNS[self.turns] * (1 + sum(count for _, count in self.crops))


def parse_views(text: str) -> ViewPlan:
    """Read the text.

    Raises:
        SettingsError: it stands for nothing, or for more views than `MOST_VIEWS`.
    """
    turns, *rest = text.split("+")
    if turns not in NUM_TURNS:
        raise SettingsError(f"{text!r}: {_EXPECTED}")
    plan = ViewPlan(turns, tuple(_crops(text, one) for one in rest))
    if plan.num_views > MOST_VIEWS:
        raise SettingsError(f"{text!r} are {plan.num_views} views an image; at most {MOST_VIEWS}")
    return plan


def views_problem(text: str, height: int, width: int) -> str:
    """Why an image of this size cannot be looked at in this way; empty when it can."""
    try:
        plan = parse_views(text)
    except SettingsError as error:
        return str(error)
    if plan.turns == SQUARE_ONLY and height != width:
        return (
            f"`{SQUARE_ONLY}` turns images by a quarter, which needs input.height = input.width, "
            f"not {height} and {width}; use `flips`"
        )
    return ""


def _crops(text: str, part: str) -> tuple[float, int]:
    match = _CROPS.fullmatch(part)
    if match is None or float(match[1]) < SMALLEST_SCALE or int(match[2]) not in GRIDS:
        raise SettingsError(f"{text!r}: {part!r} is no crops of {SMALLEST_SCALE} or more; {_EXPECTED}")
    return float(match[1]), int(match[2])
