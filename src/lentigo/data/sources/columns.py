"""A table of anybody's in; which of its columns names the image, the class, the lesion and the rest, out.

Columns go by their name in any case and punctuation, and by what is in them: where images lie on the disk,
the column that names them is the one whose cells are their names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from lentigo.data.images.pixels import SUFFIXES
from lentigo.data.taxonomy import BINARY_CLASS_NAMES, find_class

IMAGE_NAMES = (
    "image", "imageid", "imagename", "isicid", "imgid", "img", "filename", "file", "path", "filepath",
    "imagepath", "imagefile", "imagetrain", "imagetest", "imageval", "derm", "dermoscopy", "photo", "id",
    "name",
)  # fmt: skip
"""What tables call the image, letters and digits only; the first that is there counts."""
CLASS_NAMES = (
    "truth", "groundtruth", "truelabel", "trueclass", "ytrue", "gt",
    "class", "label", "labels", "dx", "diagnosis", "diagnostic", "benignmalignant", "target", "labeltrain",
    "labeltest", "labelval", "category", "disease", "lesiontype", "malignant",
)  # fmt: skip
"""What tables call the class; the first whose every value is a known class counts, else the first."""
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
}
"""Our column -> what tables call it."""
_TRUE = {"true": "1", "false": "0"}
_MOST = 0.5
"""Share of a column's cells that must be names of images, for it to be the column of images."""


def plain_name(name: object) -> str:
    """A column's name, letters and digits only, in lower case."""
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def plain_id(name: str) -> str:
    """The id of an image in a list that may call it by its file: `train/ISIC_0000001.JPG`."""
    stem, suffix = os.path.splitext(name.strip().replace("\\", "/").rpartition("/")[2])
    return stem if suffix.lower() in SUFFIXES else stem + suffix


def image_column(raw: pd.DataFrame, stems: Collection[str] = ()) -> str | None:
    """The column that names images: by what is in it where `stems` are known, then by its name.

    Args:
        raw: any table of text.
        stems: names of the images on the disk, without folder and suffix, in lower case.
    """
    named = _by_name(raw, IMAGE_NAMES)
    if not stems:
        return named[0] if named else None
    shares = {str(name): raw[name].map(lambda cell: plain_id(cell).lower() in stems).mean() for name in raw}
    best = max(shares.values(), default=0.0)
    if best < _MOST:
        return None
    return next(name for name in (*named, *shares) if shares[name] >= max(_MOST, 0.9 * best))


def fact_columns(raw: pd.DataFrame) -> dict[str, str]:
    """Our name of a fact -> the column that holds it."""
    by_plain = {plain_name(name): str(name) for name in reversed(list(raw.columns))}
    found = {
        fact: next((by_plain[one] for one in names if one in by_plain), None)
        for fact, names in FACT_NAMES.items()
    }
    return {fact: column for fact, column in found.items() if column is not None}


def label_columns(raw: pd.DataFrame) -> list[str]:
    """Columns that by their name say the class; those in which every value is a known class lead."""
    named = _by_name(raw, CLASS_NAMES)
    return sorted(named, key=lambda name: not all(is_known_class(str(text)) for text in set(raw[name])))


def _by_name(raw: pd.DataFrame, names: tuple[str, ...]) -> list[str]:
    """Columns that are called one of `names`, in the order of those."""
    found = [str(name) for name in raw if plain_name(name) in names]
    return sorted(found, key=lambda name: names.index(plain_name(name)))


def is_known_class(text: str) -> bool:
    """Whether a value names a class; `unknown` does not."""
    return text.strip().lower() in BINARY_CLASS_NAMES or (find_class(text) or "UNK") != "UNK"


def one_hot_columns(raw: pd.DataFrame, spare: Collection[str]) -> list[str]:
    """Columns of zeros and ones only, two or more, that lead to one class a row; empty where there are none.

    Args:
        raw: any table of text.
        spare: columns that say something else.
    """
    numbers = zeros_and_ones(raw[[name for name in raw if name not in spare]])
    hot = [str(name) for name in numbers if numbers[name].isin((0, 1)).all()]
    known = [name for name in hot if is_known_class(name)]
    for names in (hot, known):
        if len(names) >= 2 and (numbers[names].sum(axis=1) <= 1).all():
            return names
    return []


def zeros_and_ones(raw: pd.DataFrame) -> pd.DataFrame:
    """Cells as numbers; `True` and `False` count, and a decimal comma; nan for anything else."""
    text = raw.apply(
        lambda column: column.str.strip().str.lower().replace(_TRUE).str.replace(",", ".", regex=False)
    )
    return pd.DataFrame({name: pd.to_numeric(text[name], errors="coerce") for name in text})


def has_no_header(raw: pd.DataFrame, stems: Collection[str]) -> bool:
    """Whether what was taken for the header names an image itself."""
    return any(plain_id(str(name)).lower() in stems for name in raw)


def hot_classes(raw: pd.DataFrame, columns: list[str]) -> npt.NDArray[np.str_]:
    """The column of each row's 1, (N,); empty where a row has none."""
    values = zeros_and_ones(raw[columns]).to_numpy()
    return np.where(values.sum(axis=1) == 1, np.array(columns)[values.argmax(axis=1)], "")
