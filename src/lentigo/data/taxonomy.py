"""The lesion classes: codes in; names, colours, order and integer targets out.

Codes are those of the ISIC challenges. AKIEC (2018) is not AK (2019): it holds Bowen's disease as well, which
2019 counts as SCC, so neither is ever renamed to the other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lentigo.settings.errors import DataError, SettingsError
from lentigo.settings.recipe import Task


@dataclass(frozen=True)
class LesionClass:
    """One class: code, diagnosis in full, name in plain words, and colour in every picture."""

    code: str
    name: str
    plain_name: str
    colour: str
    """`#rrggbb`; ISIC 2019 has those of Okabe and Ito, which the colour-blind can tell apart."""
    other_names: tuple[str, ...] = ()
    """What else data sets call it."""


_NEVI = (
    *(
        "acral",
        "atypical",
        "blue",
        "clark",
        "combined",
        "common",
        "compound",
        "congenital",
        "dermal",
        "dysplastic",
    ),
    *("halo", "intradermal", "junctional", "lentiginous", "recurrent", "reed", "reed or spitz", "spitz"),
)
"""Kinds of melanocytic nevus; a nevus that is none (epidermal, sebaceous) is not among them."""
_ROWS = (
    LesionClass(
        "MEL",
        "melanoma",
        "melanoma",
        "#d55e00",
        (
            "malignant melanoma",
            "melanoma in situ",
            "melanoma invasive",
            "melanoma metastasis",
            "melanoma nos",
        ),
    ),
    LesionClass(
        "NV",
        "melanocytic nevus",
        "mole",
        "#0072b2",
        (
            *("nevus", "naevus", "nevi", "melanocytic nevi", "melanocytic naevus"),
            *(f"{kind} nevus" for kind in _NEVI),
        ),
    ),
    LesionClass("BCC", "basal cell carcinoma", "basal cell cancer", "#e69f00"),
    LesionClass("AK", "actinic keratosis", "sun-damage spot", "#cc79a7", ("actinic keratoses",)),
    LesionClass(
        "AKIEC",
        "actinic keratosis or intraepithelial carcinoma",
        "sun-damage spot or very early cancer",
        "#8c564b",
        ("actinic keratoses and intraepithelial carcinoma",),
    ),
    LesionClass(
        "BKL",
        "benign keratosis",
        "benign age spot or wart-like growth",
        "#009e73",
        (
            "benign keratosis like lesion",
            "benign keratosis like lesions",
            "pigmented benign keratosis",
            "seborrheic keratosis",
            "seborrhoeic keratosis",
            "solar lentigo",
            "lichen planus like keratosis",
        ),
    ),
    LesionClass("DF", "dermatofibroma", "scar-like fibrous nodule", "#56b4e9"),
    LesionClass("VASC", "vascular lesion", "blood-vessel lesion", "#f0e442", ("vascular lesions",)),
    LesionClass("SCC", "squamous cell carcinoma", "squamous cell cancer", "#3d3d3d"),
    LesionClass("UNK", "none of the other classes", "something else", "#999999", ("unknown",)),
)

CLASSES: dict[str, LesionClass] = {row.code: row for row in _ROWS}
"""Every known class by code, in the order of ISIC 2019; AKIEC stands beside AK, so 2018's order holds too."""

ISIC_2019_ORDER = ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC", "UNK")
ISIC_2018_ORDER = ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")
MILK10K_ORDER = (*("AKIEC", "BCC", "BEN_OTH", "BKL", "DF", "INF", "MAL_OTH", "MEL", "NV", "SCCKA", "VASC"),)
BINARY_CLASS_NAMES = ("benign", "malignant")

_OTHER_COLOURS = {"benign": "#0072b2", "malignant": "#d55e00"}


def colour_of(class_name: str) -> str:
    """The colour of a class as `#rrggbb`; a name nobody knows gets one of its own, the same every time."""
    if class_name in CLASSES:
        return CLASSES[class_name].colour
    if class_name in _OTHER_COLOURS:
        return _OTHER_COLOURS[class_name]
    digest = hashlib.sha256(class_name.encode("utf-8")).digest()
    # 64 to 191 keeps away from both the white of the page and the black of the text
    return "#" + "".join(f"{64 + byte % 128:02x}" for byte in digest[:3])


def full_name(class_name: str) -> str:
    """The diagnosis in full (`MEL` gives `melanoma`); a name nobody knows is returned as it is."""
    return CLASSES[class_name].name if class_name in CLASSES else class_name


def plain_name(class_name: str) -> str:
    """The name in plain words (`NV` gives `mole`); a name nobody knows is returned as it is."""
    return CLASSES[class_name].plain_name if class_name in CLASSES else class_name


def order_classes(class_names: Iterable[str]) -> tuple[str, ...]:
    """Each name once: known classes in the order of the taxonomy, then the others sorted."""
    names = set(class_names)
    known = [code for code in CLASSES if code in names]
    return (*known, *sorted(names - CLASSES.keys()))


def find_class(text: str) -> str | None:
    """The code meant by a code or diagnosis name in any case and punctuation; None if there is none.

    Of `Name (CODE)` and `group (name)` either half may say it; where the halves differ, neither does.
    """
    if whole := _CODE_OF.get(_plain(text)):
        return whole
    halves = _BRACKETS.fullmatch(text)
    found = {_CODE_OF.get(_plain(half)) for half in halves.groups()} - {None} if halves else set()
    return found.pop() if len(found) == 1 else None


_BRACKETS = re.compile(r"\s*(.*?)\s*\(([^()]*)\)\s*")


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


_CODE_OF = {
    _plain(name): row.code for row in _ROWS for name in (row.code, row.name, *row.other_names) if name
}


def targets(
    class_column: Sequence[str], class_names: Sequence[str], task: Task
) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Turn the class of each image into the integer a network learns.

    Args:
        class_column: class of each image (N,).
        class_names: classes of the manifest; for all classes they fix the order of the output.
        task: all classes, or benign (0) against malignant (1).

    Returns:
        Targets (N,) and the names of the outputs in order.

    Raises:
        DataError: an image has a class that is not among `class_names`.
        SettingsError: the binary grouping leaves one side without any class.
    """
    names = tuple(class_names)
    strangers = sorted(set(class_column) - set(names))
    if strangers:
        raise DataError(f"images of class {', '.join(strangers)}, but the classes are {', '.join(names)}")
    if task.classes == "binary":
        malignant = malignant_classes(names, task)
        return np.array([name in malignant for name in class_column], dtype=np.int64), BINARY_CLASS_NAMES
    index = {name: position for position, name in enumerate(names)}
    return np.array([index[name] for name in class_column], dtype=np.int64), names


def malignant_classes(class_names: Sequence[str], task: Task) -> tuple[str, ...]:
    """Those of `class_names` that count as malignant; data already labelled benign/malignant stays so.

    Raises:
        SettingsError: none of the classes is malignant, or all are.
    """
    wanted = {"malignant"} if set(class_names) == set(BINARY_CLASS_NAMES) else set(task.malignant)
    malignant = tuple(name for name in class_names if name in wanted)
    if not malignant or len(malignant) == len(class_names):
        raise SettingsError(
            f"task.malignant = {', '.join(task.malignant)} divides the classes {', '.join(class_names)} into "
            f"{len(malignant)} malignant and {len(class_names) - len(malignant)} benign; both sides need one"
        )
    return malignant
