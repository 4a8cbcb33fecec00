"""Images and their sources in; whether they are lesions that a program has drawn, and what that means, out.

A drawing bears a name of its own, so that it is known for one in whatever folder or table it comes back.
Needs nothing, for a bundle says it too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SYNTHETIC = "synthetic"
"""The `source` of drawn lesions."""
LICENCE = "CC0-1.0"
NAME = r"SYN_\d{7}"
"""Of an image that `lentigo data synthesize` has drawn."""


def mark_drawn(table: pd.DataFrame) -> pd.DataFrame:
    """Rows with `image_id`, `path`, `source` and `licence`, the last two filled in of drawn lesions."""
    stems = table["path"].map(lambda path: PurePath(str(path)).stem)
    is_drawn = (table["image_id"].str.fullmatch(NAME) | stems.str.fullmatch(NAME)) & (table["source"] == "")
    if not is_drawn.any():
        return table
    licences = table["licence"].mask(is_drawn & (table["licence"] == ""), LICENCE)
    return table.assign(source=table["source"].mask(is_drawn, SYNTHETIC), licence=licences)


def count_sources(sources: Iterable[str]) -> dict[str, int]:
    """Images of each source, most first; `""` where it is not known."""
    return dict(Counter(sources).most_common())


def drawn_warning(sources: Mapping[str, int]) -> str:
    """What has to be said of a model trained on images of these sources; empty where none is drawn.

    Args:
        sources: source -> images.
    """
    drawn, total = sources.get(SYNTHETIC, 0), sum(sources.values())
    if not drawn:
        return ""
    what = "drawn lesions" if drawn == total else f"{total} images of which {drawn} are drawn lesions"
    return f"Trained on {what}: never for real skin."
