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
from lentigo.data.metadata.column_names import IMAGE_NAMES, columns_called, plain_id
from lentigo.data.sources.reading.names import is_class, part_of
from lentigo.data.taxonomy import find_class

CLASS_NAMES = (
    "truth", "groundtruth", "truelabel", "trueclass", "ytrue", "gt",
    "class", "label", "labels", "dx", "diagnosis", "diagnostic", "benignmalignant", "target", "labeltrain",
    "labeltest", "labelval", "category", "disease", "lesiontype", "malignant", "y", "gt", "groundtruth",
    "classname", "classlabel", "dxname", "histology", "pathology", "type",
)  # fmt: skip
"""What tables call the class; the first whose every value is a known class counts, else the first."""
PART_NAMES = ("part", "split", "subset", "set", "fold", "partition", "dataset", "kfold", "cv")
"""What tables call the part of an image; any column whose every value is the name of a part is one too."""
_TRUE = {**dict.fromkeys(("true", "yes", "y", "t"), "1"), **dict.fromkeys(("false", "no", "n", "f"), "0")}
_AROUND_A_CLASS = {
    *(
        "is",
        "has",
        "class",
        "label",
        "dx",
        "diagnosis",
        "target",
        "y",
        "prob",
        "probability",
        "score",
        "pred",
    ),
}
LONGEST_FOLD = 4
"""Digits of the number of a fold."""
_SOME = 0.1
"""Share of a column's cells that are formed as its name is, numbers aside, for that to be a cell too."""
_MOST = 0.5
"""Share of a column's cells that must be names of images, for it to be the column of images."""


def image_column(raw: pd.DataFrame, stems: Collection[str] = ()) -> str | None:
    """The column that names images: by what is in it where `stems` are known, then by its name.

    Args:
        raw: any table of text.
        stems: names of the images on the disk, without folder and suffix, in lower case.
    """
    named = columns_called(raw, IMAGE_NAMES)
    if not stems:
        return named[0] if named else None
    shares = {str(name): raw[name].map(lambda cell: plain_id(cell).lower() in stems).mean() for name in raw}
    best = max(shares.values(), default=0.0)
    if best < _MOST:
        return None
    return next(name for name in (*named, *shares) if shares[name] >= max(_MOST, 0.9 * best))


def label_columns(raw: pd.DataFrame) -> list[str]:
    """Columns that by their name say the class; those in which every value is a known class lead."""
    named = columns_called(raw, CLASS_NAMES)
    return sorted(named, key=lambda name: not all(is_known_class(str(text)) for text in set(raw[name])))


def columns_of_classes(raw: pd.DataFrame, spare: Collection[str]) -> list[str]:
    """Columns, whatever they are called, in which every value is a known class, or says that none is known.

    Args:
        raw: any table of text.
        spare: columns that say something else.
    """
    others = [str(name) for name in raw if name not in spare]
    return [name for name in others if len(set(raw[name])) > 1 and _are_classes(raw[name])]


def _are_classes(column: pd.Series[str]) -> bool:
    """Whether every value that is there is a known class, or says that none is known."""
    texts = {str(text) for text in column} - {""}
    return any(map(is_known_class, texts)) and all(find_class(text) or is_known_class(text) for text in texts)


def given_parts(raw: pd.DataFrame, spare: Collection[str] = ()) -> pd.Series[str] | None:
    """The part or fold that a table gives each image: `train`, `validation`, `test`, `fold 0`; or None.

    Args:
        raw: any table of text.
        spare: columns that say something else.
    """
    others = [str(name) for name in raw if name not in spare]
    named = [name for name in columns_called(raw, PART_NAMES) if name in others]
    for name in (*named, *(name for name in others if name not in named)):
        texts = {text: _part(text, name in named) for text in set(raw[name])}
        if any(texts.values()) and all(part for text, part in texts.items() if text):
            return raw[name].map(texts)
    return None


def _part(text: str, is_named: bool) -> str:
    number = text.strip().removesuffix(".0")
    # thousands of digits are no number of a fold, nor one that Python would read
    is_fold = is_named and number.isdecimal() and len(number) <= LONGEST_FOLD
    return f"fold {int(number)}" if is_fold else part_of(text)


def is_known_class(text: str) -> bool:
    """Whether a value names a class; `unknown` does not."""
    return is_class(text)


def class_of_column(name: str) -> str:
    """The class that a column of zeros and ones is named for: `melanoma` of `is_melanoma`."""
    if find_class(name) or is_known_class(name):
        return name
    words = [word for word in re.split(r"[\W_]+", name) if word and word.lower() not in _AROUND_A_CLASS]
    return " ".join(words) if find_class(" ".join(words)) or is_known_class(" ".join(words)) else name


def one_hot_columns(raw: pd.DataFrame, spare: Collection[str]) -> list[str]:
    """Columns of zeros and ones only, two or more, that lead to one class a row; empty where there are none.

    Args:
        raw: any table of text.
        spare: columns that say something else.
    """
    numbers = _ones(raw[[name for name in raw if name not in spare]])
    hot = [str(name) for name in numbers if numbers[name].isin((0, 1)).all()]
    known = [name for name in hot if is_known_class(class_of_column(name)) or find_class(name)]
    for names, is_whole in ((known, True), (hot, False), (known, False)):
        sums = numbers[names].sum(axis=1)
        if len(names) >= 2 and (sums <= 1).all() and (not is_whole or (sums == 1).all()):
            return names
    return []


def yes_column(raw: pd.DataFrame, spare: Collection[str]) -> str | None:
    """The one column of zeros and ones that is named for a class: `melanoma`; None where there is none.

    Args:
        raw: any table of text.
        spare: columns that say something else.
    """
    numbers = zeros_and_ones(raw[[name for name in raw if name not in spare]])
    found = [
        str(name)
        for name in numbers
        if is_known_class(class_of_column(str(name))) and set(numbers[name]) == {0, 1}
    ]
    return found[0] if len(found) == 1 else None


def zeros_and_ones(raw: pd.DataFrame) -> pd.DataFrame:
    """Cells as numbers; `True` and `False`, `yes` and `no` count, and a decimal comma; nan for else."""
    text = raw.apply(
        lambda column: column.str.strip().str.lower().replace(_TRUE).str.replace(",", ".", regex=False)
    )
    return pd.DataFrame({name: pd.to_numeric(text[name], errors="coerce") for name in text})


def _ones(raw: pd.DataFrame) -> pd.DataFrame:
    """The same, an empty cell being 0 in a column that else holds ones."""
    numbers = zeros_and_ones(raw)
    is_empty = (raw == "") & (numbers == 1).any()
    return numbers.mask(is_empty, 0)


def with_header(raw: pd.DataFrame, stems: Collection[str] = ()) -> pd.DataFrame:
    """The table as it is, or under a header of ours where its first line names an image and is no header.

    Args:
        raw: any table of text; the index is the line.
        stems: names of the images on the disk, without folder and suffix, in lower case.
    """
    if columns_called(raw, IMAGE_NAMES):
        return raw
    places = (place for place, name in enumerate(raw) if _is_image(str(name), raw.iloc[:, place], stems))
    place = next(places, None)
    if place is None:
        return raw
    num = raw.shape[1]
    names = [f"column {column}" for column in range(1, num + 1)]
    names[place] = "image"
    if num > 1:
        names[1 if place == 0 else 0] = "label"
    first = pd.DataFrame([list(raw.columns)], columns=range(num), index=pd.Index([1], name="line"))
    return pd.concat([first, raw.set_axis(range(num), axis=1)]).set_axis(names, axis=1)


def _is_image(name: str, column: pd.Series[str], stems: Collection[str]) -> bool:
    """Whether what was taken for a column's name is an image's: on the disk, by suffix, or like the cells."""
    if plain_id(name).lower() in stems or os.path.splitext(name.strip())[1].lower() in SUFFIXES:
        return True
    is_numbered = bool(re.search(r"\d{4}|[^\W\d].*\d", name))
    return is_numbered and bool(column.map(_shape).eq(_shape(name)).mean() > _SOME)


def _shape(name: str) -> str:
    """A name with its numbers as one 0 each: `ISIC_0` of `ISIC_0024306`."""
    return re.sub(r"\d+", "0", name)


def hot_classes(raw: pd.DataFrame, columns: list[str]) -> npt.NDArray[np.str_]:
    """The class of each row's 1, (N,), as its column calls it; empty where a row has none."""
    values = _ones(raw[columns]).to_numpy()
    names = [class_of_column(name) for name in columns]
    return np.where(values.sum(axis=1) == 1, np.array(names)[values.argmax(axis=1)], "")
