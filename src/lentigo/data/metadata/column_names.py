"""What tables call their columns in; what those hold, in our words, out. Without pandas."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

from lentigo.data.images.pixels import SUFFIXES

IMAGE_NAMES = (
    "image", "imageid", "imagename", "isicid", "imgid", "img", "filename", "file", "path", "filepath",
    "imagepath", "imagefile", "imagetrain", "imagetest", "imageval", "derm", "dermoscopy", "photo", "id",
    "name", "bcnfilename", "md5hash",
)  # fmt: skip
"""What tables call the image, letters and digits only; the first that is there counts."""
FACT_NAMES: dict[str, tuple[str, ...]] = {
    "lesion_id": ("lesionid", "lesion"),
    "patient_id": ("patientid", "patient"),
    "duplicate_group": ("duplicategroup",),
    "age_years": ("ageyears", "ageapprox", "age"),
    "sex": ("sex", "gender"),
    "site": (
        *("site", "anatomsitegeneral", "anatomsitegeneralchallenge", "localization", "region", "location"),
    ),
    "source": ("source",),
    "licence": ("licence", "license", "copyrightlicense"),
    "image_type": ("imagetype",),
    "skin_tone": ("skintoneclass", "fitspatrick", "fitzpatrick", "fitzpatrickskintype"),
}
"""Our column -> what tables call it. A drawn set's `skin_tone` is none: it is what was painted."""
UNKNOWN_WORDS = ("unknown", "nan", "na", "n/a", "none", "not specified")
"""In a column of words: that it is not known."""


def plain_name(name: object) -> str:
    """A column's name, letters and digits only, in lower case."""
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def plain_id(name: str) -> str:
    """The id of an image in a list that may call it by its file: `train/ISIC_0000001.JPG`."""
    stem, suffix = os.path.splitext(name.strip().replace("\\", "/").rpartition("/")[2])
    return stem if suffix.lower() in SUFFIXES else stem + suffix


def fact_columns(columns: Iterable[object]) -> dict[str, str]:
    """Our name of a fact -> the column that holds it."""
    by_plain = {plain_name(name): str(name) for name in reversed(list(columns))}
    found = {
        fact: next((by_plain[one] for one in names if one in by_plain), None)
        for fact, names in FACT_NAMES.items()
    }
    return {fact: column for fact, column in found.items() if column is not None}


def columns_called(columns: Iterable[object], names: Sequence[str]) -> list[str]:
    """Columns that are called one of `names`, in the order of those."""
    found = [str(name) for name in columns if plain_name(name) in names]
    return sorted(found, key=lambda name: names.index(plain_name(name)))
