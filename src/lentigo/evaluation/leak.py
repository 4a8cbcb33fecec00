"""What was trained on and what is evaluated in, an error out where they overlap: the guard against leaks."""

from __future__ import annotations

import pandas as pd

from lentigo.settings.errors import DataError, LeakError, several

LINKS = {
    "image_id": "the same image",
    "sha256": "the same bytes",
    "group": "the same group",
    "lesion_id": "the same lesion",
    "patient_id": "the same patient",
}
"""Columns by which an evaluated image can be known from training, and what that means; empty cells do not."""

EXAMPLES = 3


def find_leaks(evaluated: pd.DataFrame, trained: pd.DataFrame) -> dict[str, list[str]]:
    """Evaluated images known from training, by the column of `LINKS` that tells.

    Args:
        evaluated: one row an image, `image_id` and any other columns of `LINKS`.
        trained: the same for the images of the training part.

    Returns:
        column -> ids of the evaluated images whose value also occurs in training; columns without any are
        left out.

    Raises:
        DataError: a table has no column `image_id`.
    """
    columns = [name for name in LINKS if name in evaluated.columns and name in trained.columns]
    if "image_id" not in columns:
        raise DataError("leaks cannot be found: both tables need the column image_id")
    found = {name: _seen(evaluated, trained, name) for name in columns}
    return {name: image_ids for name, image_ids in found.items() if image_ids}


def check_no_leak(evaluated: pd.DataFrame, trained: pd.DataFrame, allow_leak: bool = False) -> bool:
    """Stop when truth would be compared on images or groups seen in training.

    Args:
        evaluated: see `find_leaks`.
        trained: see `find_leaks`.
        allow_leak: go on all the same; then everything computed must be stamped LEAKED.

    Returns:
        Whether there is a leak (only ever True with `allow_leak`).

    Raises:
        LeakError: there is one; tells how many images, which, and what to do.
    """
    leaks = find_leaks(evaluated, trained)
    if leaks and not allow_leak:
        raise LeakError(_message(leaks, len(evaluated)))
    return bool(leaks)


def _seen(evaluated: pd.DataFrame, trained: pd.DataFrame, column: str) -> list[str]:
    known = set(trained[column].dropna().astype(str)) - {""}
    is_known = evaluated[column].astype(str).isin(known) & evaluated[column].notna()
    return [str(image_id) for image_id in evaluated.loc[is_known, "image_id"]]


def _message(leaks: dict[str, list[str]], num_evaluated: int) -> str:
    affected = {image_id for image_ids in leaks.values() for image_id in image_ids}
    title = (
        f"leak: {len(affected)} of {num_evaluated} images to be evaluated are known from training. "
        "Figures on them would show what was memorised, not what was learnt."
    )
    lines = [
        f"{LINKS[column]} ({column}): {len(image_ids)} images, such as {', '.join(image_ids[:EXAMPLES])}"
        for column, image_ids in leaks.items()
    ]
    remedy = (
        "Evaluate a part of the split that this run was trained with, or images of other patients. "
        "--allow-leak goes on and stamps LEAKED on every number and picture."
    )
    return f"{several(title, lines)}\n{remedy}"
