"""The challenges whose submissions can be written and scored; one row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lentigo.data.taxonomy import ISIC_2018_ORDER, ISIC_2019_ORDER, MILK10K_ORDER


@dataclass(frozen=True)
class Challenge:
    """What a challenge asks for, and how it scores."""

    title: str
    categories: tuple[str, ...]
    """In the order of the published tables."""
    keys: tuple[str, ...] = ("image",)
    """What its tables call the column that names a row; the first is written, any is read."""
    noun: str = "image"
    """What a row is."""
    main: Literal["balanced_accuracy", "macro_f1"] = "balanced_accuracy"
    """The score that ranks."""
    is_yes_from_half: bool = False
    """Whether a value of exactly 0.5 counts as a yes too."""
    has_fixed_categories: bool = False
    """Whether a truth must have these categories and no others."""

    @property
    def key(self) -> str:
        """The column that names a row, as it is written."""
        return self.keys[0]


CHALLENGES: dict[str, Challenge] = {
    "2018": Challenge("ISIC 2018", ISIC_2018_ORDER),
    "2019": Challenge("ISIC 2019", ISIC_2019_ORDER),
    "milk10k": Challenge(
        "MILK10k",
        MILK10K_ORDER,
        keys=("lesion_id", "lesion", "image"),
        noun="lesion",
        main="macro_f1",
        is_yes_from_half=True,
        has_fixed_categories=True,
    ),
}
"""MILK10k: https://challenge.isic-archive.com/landing/milk10k. Its page says `lesion` in one version and
`lesion_id` in another; the scorer behind it (isic-challenge-scoring 5.8.0) takes `lesion_id` or `image`. The
page counts a value of 0.5 or more as a yes, that scorer's code more than 0.5."""
BY_IMAGE = CHALLENGES["2019"]
"""Rules of 2018 and 2019, which score any categories."""
