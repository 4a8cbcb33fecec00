"""A manifest whose images somebody else has divided in; that division as a split, kept as it is, out.

Groups may lie on two sides of it: whoever uses it has it audited. Of folds the first is the validation part,
so that a single training has one; `for_fold` takes each in turn.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lentigo.data.groups import group_ids
from lentigo.data.manifest import Manifest
from lentigo.data.split import COLUMNS, NO_FOLD, PARTS, Split, content_hash, crossing_groups, outcome
from lentigo.settings.errors import SplitError, several

FOLD = "fold "
"""What the name of a fold begins with in the manifest's column `given`."""


def given_split(manifest: Manifest) -> Split:
    """Make a split of the column `given`: `train`, `validation`, `test`, or `fold 0` and so on.

    Folds keep their order and are numbered from 0.

    Raises:
        SplitError: nothing is given, some images are in no part, or there is nothing to train on.
    """
    given = manifest.table["given"]
    _check(manifest, given)
    is_fold = given.str.startswith(FOLD)
    numbers = given[is_fold].str.removeprefix(FOLD).astype(int)
    places = {number: place for place, number in enumerate(sorted(set(numbers)))}
    folds = pd.Series(NO_FOLD, index=given.index)
    folds[is_fold] = numbers.map(places)
    parts = np.where(is_fold, np.where(folds == 0, "validation", "train"), given)
    table = pd.DataFrame(
        {
            "image_id": manifest.image_ids(),
            "group": group_ids(manifest.table),
            "part": parts,
            "fold": folds.to_numpy(),
            "class": manifest.labels(),
        }
    ).sort_values("image_id", ignore_index=True)
    crossing = crossing_groups(table, table["group"].to_numpy())
    result = table[list(COLUMNS)]
    facts = {
        "given": True,
        "folds": len(places),
        "manifest_sha256": manifest.sha256,
        "num_crossing_groups": len(crossing),
        **outcome(table, manifest.class_names),
    }
    return Split(result, content_hash(result), facts)


def _check(manifest: Manifest, given: pd.Series) -> None:
    names = set(given) - {""}
    if not names:
        raise SplitError(
            f"{manifest.path}: nothing says which part each image is in; give a folder of parts or folds, "
            "or a table with a column split: `lentigo split DATA --given --out OUT`"
        )
    without = manifest.table["image_id"][given == ""]
    if len(without):
        title = f"{len(without)} of {len(given)} images are in no part of the given division:"
        raise SplitError(several(title, without.tolist()))
    if "train" not in names and not any(name.startswith(FOLD) for name in names):
        told = ", ".join(sorted(names))
        raise SplitError(f"the given division has only {told}; one of {PARTS[0]} or folds is needed")
