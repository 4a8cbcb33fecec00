"""Names of classes in; what is wrong with them, where they become columns beside others, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

RESERVED = frozenset(
    {
        "image",
        "image_id",
        "class",
        "part",
        "fold",
        "truth",
        "malignant_probability",
        "error",
        "notice",
        "overlay",
    }
    | {"malignant_at_operating_point", "operating_point", "calibrated", "prediction_set", "abstain_reason"}
    | {"quality_warnings", "metadata", "seen_in_training"}
)
"""Columns of answers and of `predictions.csv`; a class of that name would take their place."""


def class_name_problems(names: Sequence[str]) -> list[str]:
    """One text for each name that is empty, there twice, or reserved."""
    problems = ["a class has no name"] if "" in names else []
    problems += [f"class {name!r} is there {n} times" for name, n in Counter(names).items() if n > 1]
    return problems + [
        f"class {name!r} is called like a column of the answers" for name in names if name in RESERVED
    ]
