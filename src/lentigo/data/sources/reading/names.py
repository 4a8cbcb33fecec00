"""The name of a folder or a table in; whether it says a part, a fold or a heap of images, and the rest, out.

`train`, `Training Set`, `ISIC_Test_Input`, `fold_0` say where images belong in a division; `images_part_1`
says nothing; `train_benign` says a part and a class.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lentigo.data.taxonomy import BINARY_CLASS_NAMES, find_class

PARTS = ("train", "validation", "test")
_PART_OF = {
    **dict.fromkeys(("train", "training", "trainset", "trainval", "trn", "traindata"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "validate", "valset", "dev", "devset"), "validation"),
    **dict.fromkeys(("test", "testing", "testset", "holdout", "heldout", "eval", "evaluation"), "test"),
}
_FOLD = {"fold", "folds", "kfold", "cv", "split"}
_SAYS_NOTHING = {
    *("image", "images", "img", "imgs", "photo", "photos", "picture", "pictures", "input", "inputs"),
    *("jpg", "jpgs", "jpeg", "jpegs", "png", "set", "data", "dataset", "part", "parts", "split", "file"),
    *(
        "files",
        "folder",
        "dir",
        "all",
        "crop",
        "cropped",
        "resized",
        "resize",
        "processed",
        "raw",
        "original",
    ),
    *("originals", "final", "aug", "augmented", "x", "px", "isic", "isbi", "task", "out", "hold", "held"),
    *("label", "labels", "truth", "ground", "groundtruth", "gt", "csv", "metadata", "meta", "list", "ids"),
    *("index", "indexes", "indices", "annotations", "table", "tables", "new", "full"),
}
_HEAP = re.compile(
    r"(?:.*[ _-])?(?:images?|imgs?|photos?|pictures?|input|data|jpe?gs?)(?:[ _-]?(?:part)?[ _-]?\d+)?", re.I
)
_JOINTS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


@dataclass(frozen=True)
class Said:
    """What a name says."""

    part: str = ""
    """`train`, `validation`, `test`, or `fold 0`; empty where it says none, or several."""
    label: str = ""
    """What is left and could be a class; empty where nothing is."""


def read_name(name: str) -> Said:
    """Take a name apart; the name of a class is never anything else."""
    if is_class(name):
        return Said(label=name)
    words = re.split(r"[\W_]+", _JOINTS.sub(" ", name).lower().strip())
    numbers = [word for word in words if word.isdigit()]
    parts = {_PART_OF[word] for word in words if word in _PART_OF}
    fold = f"fold {int(numbers[0])}" if numbers and not parts and _FOLD & set(words) else ""
    rest = [
        word
        for word in words
        if word not in _PART_OF
        and word not in _SAYS_NOTHING
        and not word.isdigit()
        and not (fold and word in _FOLD)
    ]
    part = fold or (parts.pop() if len(parts) == 1 else "")
    if numbers and set(words) - {"label", "labels"} == set(numbers):
        return Said(label=name)  # classes that are numbers
    return Said(part, _label(name, " ".join(rest), bool(part)))


def _label(name: str, rest: str, has_part: bool) -> str:
    """What may be a class: the whole name, unless it also says a part or is that of a heap of images."""
    if not rest:
        return ""
    if is_class(rest):
        return rest
    if _HEAP.fullmatch(name.strip()):
        return ""
    return rest if has_part else name


def is_class(text: str) -> bool:
    """Whether a name is that of a known class, benign and malignant among them; `unknown` is none."""
    return text.strip().lower() in BINARY_CLASS_NAMES or (find_class(text) or "UNK") != "UNK"


def part_of(name: str) -> str:
    """The part or fold that a name says; empty where it says none, or a class as well."""
    said = read_name(name)
    return "" if said.label else said.part
