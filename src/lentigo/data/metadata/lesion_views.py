"""What tables call the kind of a photograph in; the view of its lesion, in our word, out. Without pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

DERMOSCOPIC, CLINICAL = "dermoscopic", "clinical"
LESION_VIEWS = (DERMOSCOPIC, CLINICAL)
"""Through a dermatoscope; with a camera alone, from near."""


def view_of_type(image_type: str) -> str:
    """The view: `clinical` of `clinical: close-up`, and of all else the word before the colon."""
    return image_type.partition(":")[0].strip().lower()


def views_of_types(types: pd.Series[str]) -> pd.Series[str]:
    """The same of each image."""
    return types.map(view_of_type)
