"""The rows of the study: which system each is, which recipe runs it, and what the study reported of it.

Figures are those printed in the study: "unbalanced" is the accuracy on its validation images, "balanced" that
on a set with as many benign as malignant ones (or as many of every class), after each stage of a training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from lentigo.settings.errors import SettingsError
from lentigo.settings.toml import did_you_mean, recipe_names

Figures = tuple[float, ...]


@dataclass(frozen=True)
class StudyRow:
    """One row."""

    id: str
    recipe: str
    """Name of a recipe; rows with the same one look at the same run."""
    title: str
    unbalanced: Figures = ()
    """Reported accuracy after each stage; one figure where there are no stages."""
    balanced: Figures = ()
    words: str = ""
    """What else was reported."""
    is_leak: bool = False
    """Whether the reported `balanced` figures are explained by images that had been trained on."""
    verb: Literal["train", "search"] = "train"
    needs: str = ""
    """The recipe whose run must be there first, beside this one's."""
    shows: Literal["", "validation", "saliency"] = ""
    """More of the run than its figures: precision, recall, F1 and matrix, or saliency maps."""


ROWS = (
    StudyRow(
        "S1", "baseline", "CNN of three convolutions",
        words="overfits: training accuracy climbs, validation stays flat",
    ),
    StudyRow(
        "S2", "augmented", "S1 with augmentation and dropout",
        words="the gap closes; accuracy below 0.80",
    ),
    StudyRow(
        "S3", "vgg19", "VGG19, frozen, under a small head",
        words="validation above training; no gain over S2",
    ),
    StudyRow(
        "S4", "genetic", "genetic search over the last layers of S2", unbalanced=(0.79,), verb="search",
        words="best: 112 units, dropout 0.30, lr 1e-4, mutation rate 0.11",
    ),
    StudyRow(
        "S4-finetuned", "genetic-finetuned", "the study's winner of S4, trained on", unbalanced=(0.80,),
        words="a plateau",
    ),
    StudyRow(
        "S5", "genetic-balanced", "S4-finetuned on balanced data", needs="genetic-finetuned", words="no gain"
    ),
    StudyRow(
        "S6", "xception-binary", "Xception, two classes",
        unbalanced=(0.8010, 0.9064, 0.9116), balanced=(0.8157, 0.9833, 0.9851), is_leak=True,
        words="the balanced 0.985 is explained by images that had been trained on",
    ),
    StudyRow(
        "S7", "xception-binary", "S6 validated: precision, recall, F1, matrix",
        unbalanced=(0.9123,), balanced=(0.9833,), is_leak=True, shows="validation",
        words="unbalanced: precision 0.892, recall 0.838, F1 0.864, matrix [[2667, 142], [228, 1184]]; "
        "balanced: 0.988, 0.978, 0.983, [[1388, 16], [31, 1381]]",
    ),
    StudyRow(
        "S8", "xception-eight", "Xception, eight classes",
        unbalanced=(0.7053, 0.7302, 0.8577, 0.8695), balanced=(0.4506, 0.4798, 0.7143, 0.7123),
    ),
    StudyRow(
        "S9", "xception-eight-balanced", "S8 with every class resampled to one count",
        unbalanced=(0.6076, 0.6236, 0.7444), balanced=(0.5951, 0.6105, 0.7827),
    ),
    StudyRow(
        "S10", "xception-eight-deep-head", "S9 under a deeper head",
        unbalanced=(0.6281, 0.7317, 0.7499), balanced=(0.5913, 0.7550, 0.7740),
    ),
    StudyRow(
        "S11", "xception-binary", "Grad-CAM of S6", shows="saliency",
        words="pictures: which parts of the image drove the decision",
    ),
)  # fmt: skip
"""In the order of the study. S0 is the data, S12 the curves that every row has, S13 a notebook."""


def available_rows() -> tuple[StudyRow, ...]:
    """The rows whose recipe and verb this installation has."""
    names = set(recipe_names())
    has_search = find_spec("lentigo.searching") is not None and find_spec("optuna") is not None
    return tuple(row for row in ROWS if row.recipe in names and (row.verb != "search" or has_search))


def choose_rows(wanted: Sequence[str]) -> tuple[StudyRow, ...]:
    """Rows by id or by name of recipe, in any case, in the order of the study; none wanted: all.

    Raises:
        SettingsError: no such row; names the nearest and all.
    """
    rows = available_rows()
    names = {name.lower() for row in rows for name in (row.id, row.recipe)}
    unknown = [name for name in wanted if name.lower() not in names]
    if unknown:
        ids = [row.id for row in rows]
        hint = did_you_mean(unknown[0], [*ids, *(row.recipe for row in rows)])
        raise SettingsError(f"the study has no row {unknown[0]}{hint}; rows: {', '.join(ids)}")
    chosen = {name.lower() for name in wanted}
    return tuple(row for row in rows if not chosen or {row.id.lower(), row.recipe.lower()} & chosen)
