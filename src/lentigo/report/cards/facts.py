"""Any facts in, a table of them out, with pictures above and a long text folded below.

For a base install: no picture of matplotlib is needed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lentigo.report.cards.frame import framed
from lentigo.report.drawing.images import jpeg_uri

PICTURE_SIDE = 900
MOST_ENTRIES = 40


def facts_card(
    title: str,
    facts: Mapping[str, Any],
    pictures: Sequence[str | Path] = (),
    text: tuple[str, str] = ("", ""),
) -> str:
    """A card of facts.

    Args:
        title: above it.
        facts: name -> a value; figures with intervals, lists and further facts are told as such.
        pictures: files that we have drawn; shown smaller than they are.
        text: title and content of a long text.
    """
    shown = [_picture(Path(picture)) for picture in pictures if Path(picture).is_file()]
    return _card(title, facts, pictures=shown, text_title=text[0], text=text[1])


def rows_card(title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """A card with a table of rows, under the names of the first."""
    return _card(title, {}, rows=rows)


def _card(title: str, facts: Mapping[str, Any], **further: Any) -> str:
    nothing = {"pictures": (), "rows": (), "text_title": "", "text": ""}
    return framed("facts.html.j2", {"title": title, "facts": facts, "most": MOST_ENTRIES} | nothing | further)


def _picture(path: Path) -> str:
    with Image.open(path) as picture:
        return jpeg_uri(np.asarray(picture.convert("RGB")), PICTURE_SIDE)
