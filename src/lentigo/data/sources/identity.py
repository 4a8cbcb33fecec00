"""Ids of images in; whether they are the same image beyond the set that they stand in, out.

`ISIC_` and seven digits is the same image wherever it is found. Any other name, `1` or `IMG_0007`, is known
only within its set: two people who number their files mean different images.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

import pandas as pd

TWIN = "_downsampled"
"""What some official names end in, and the ids of the archive do not."""
OFFICIAL_NAME = re.compile(r"ISIC_\d{7}(_downsampled)?")


def is_official(image_id: str) -> bool:
    """Whether an id is one of the ISIC archive, which no two images bear."""
    return bool(OFFICIAL_NAME.fullmatch(image_id))


def archive_id(image_id: str) -> str:
    """The id an image has in the ISIC archive: the official name without `_downsampled`."""
    return image_id.removesuffix(TWIN)


def told_apart(images: pd.DataFrame) -> list[str]:
    """Ids of N images of several sets, made longer where one plain name stands for different images.

    Args:
        images: image_id; set (the same for lists and folders of one set); place (in the set, as far as it is
            known: a path, perhaps with suffix) and part, which say which of them is meant.

    Returns:
        The ids as they are, or such as `nevus/1 (train)`.
    """
    places = [_place(str(path)) for path in images["place"]]
    table = images.assign(place=places)
    # a list that names no folder means the only place that another list of the set gives
    with_folder = table["place"].where(table["place"].str.contains("/"))
    several = with_folder.groupby([table["set"], table["image_id"]]).transform("nunique") > 1
    keys = table["set"] + "\n" + table["place"].where(several, "")
    is_plain = ~table["image_id"].map(is_official)
    is_shared = is_plain & (keys.groupby(table["image_id"]).transform("nunique") > 1)
    shared = table.loc[is_shared, ["image_id", "place", "part", "set"]]
    longer = [
        f"{place or image_id} ({part or name})"
        for image_id, place, part, name in shared.itertuples(index=False)
    ]
    found = table["image_id"].to_numpy(dtype=object, copy=True)
    found[is_shared.to_numpy(dtype=bool)] = longer
    return [str(image_id) for image_id in found]


def local_ids(image_ids: Iterable[str], set_name: str) -> list[str]:
    """Ids of a set beside those of another: archive ids as they are everywhere, all others as of this set."""
    return [
        archive_id(image_id) if is_official(image_id) else f"{image_id} ({set_name})"
        for image_id in image_ids
    ]


_PLAIN_PATH = re.compile(r"((?:[\w-]+/)*[\w-]+)(?:\.\w+)?")
"""What a path is nearly always like: there is nothing to be made alike in it."""


def _place(path: str) -> str:
    """A path without its suffix, however it is written."""
    if plain := _PLAIN_PATH.fullmatch(path):
        return plain[1]
    return PurePosixPath(path.replace("\\", "/")).with_suffix("").as_posix() if path.strip("./\\") else ""
