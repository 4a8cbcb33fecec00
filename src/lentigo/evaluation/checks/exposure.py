"""How much of what is evaluated was seen in training: audited images in, shares by part and class out.

Split per image, an image of a lesion with k images shows a lesion of earlier parts unless all k - 1 others
fell elsewhere. Of its class b of the n - 1 other images are in those parts, so that this has the chance
C(n - 1 - b, k - 1) / C(n - 1, k - 1): per class, for parts seldom hold the same share of every class.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln

from lentigo.data.taxonomy import order_classes
from lentigo.evaluation.checks.audited import Audited

ALL = "all"


def exposure(audited: Audited) -> list[dict[str, Any]]:
    """What evaluated images share with training, for all classes and for each.

    Returns:
        One entry an evaluated part (`all` of folds, which are taken together) and class (`all` first):
        part, class, n_images, n_linked and share (linked in any way to a part used before), n_lesions_known
        (images whose lesion is known), lesion_share (of all images, the share whose lesion is known and in a
        part used before), expected_lesion_share (the same for a split per image). A share of nothing is None,
        and so are the last two where no lesion is known. An unknown lesion counts as not seen.
    """
    parts = (ALL,) if audited.is_folds else audited.parts[1:]
    return [
        _entry(audited, part, name)
        for part in parts
        for name in (ALL, *order_classes(set(audited.table["class"]) - {""}))
    ]


def _entry(audited: Audited, part: str, name: str) -> dict[str, Any]:
    of_class = _rows(audited, "class", name)
    rows = audited.evaluated() & _rows(audited, "part", part) & of_class
    num_known = int((rows & audited.known("lesion_id")).sum())
    return {
        "part": part,
        "class": name,
        "n_images": int(rows.sum()),
        "n_linked": int(audited.seen("group")[rows].sum()),
        "share": _mean(audited.seen("group")[rows]),
        "n_lesions_known": num_known,
        "lesion_share": _mean(audited.seen("lesion_id")[rows]) if num_known else None,
        "expected_lesion_share": _expected(audited, part, name) if num_known else None,
    }


def expected_share(audited: Audited) -> float:
    """`expected_lesion_share` of all classes, over all evaluated parts; NaN where no lesion is known."""
    parts = (ALL,) if audited.is_folds else audited.parts[1:]
    sizes = [float((audited.evaluated() & _rows(audited, "part", part)).sum()) for part in parts]
    shares = [_expected(audited, part, ALL) for part in parts]
    return float(np.average(shares, weights=sizes)) if audited.known("lesion_id").any() else np.nan


def _expected(audited: Audited, part: str, name: str) -> float:
    """Share of a part's images of a class that a split per image has shown before; of all, by its mix."""
    chance, classes = chance_of_a_known_lesion(audited, part), audited.table["class"]
    if name != ALL:
        return float(chance[(classes == name).to_numpy()].mean())
    rows = audited.evaluated() & _rows(audited, "part", part)
    means = pd.Series(chance).groupby(classes.to_numpy()).mean()
    return float(classes[rows].map(means).mean()) if rows.any() else np.nan


def chance_of_a_known_lesion(audited: Audited, part: str) -> NDArray[np.float64]:
    """For each image (N,), the chance that a split per image in its class shows its lesion before `part`."""
    return audited.once(("chance", part), lambda: _chance_by_class(audited, part))


def _chance_by_class(audited: Audited, part: str) -> NDArray[np.float64]:
    sizes, chance = _lesion_sizes(audited), np.zeros(len(audited.table))
    for name in set(audited.table["class"]):
        rows = (audited.table["class"] == name).to_numpy()
        held = {one: int((rows & _rows(audited, "part", one)).sum()) for one in audited.parts}
        asked = audited.parts if part == ALL else (part,)
        num = sum(held.values())
        shares = [_chance(sizes[rows], num, _num_before(audited, held, one)) for one in asked]
        weights = np.array([held[one] for one in asked], dtype=float)
        chance[rows] = np.average(shares, axis=0, weights=weights if weights.any() else None)
    return chance


def _lesion_sizes(audited: Audited) -> NDArray[np.float64]:
    """How many images of any part each image's lesion has (N,); 1 where it is not known."""
    placed = audited.known("lesion_id") & (audited.places() >= 0)
    lesions = audited.table["lesion_id"]
    return np.where(placed, lesions.map(lesions[placed].value_counts()).fillna(1), 1).astype(float)


def _num_before(audited: Audited, held: Mapping[str, int], part: str) -> int:
    """Images in the parts used before a part; of folds, in all others."""
    if audited.is_folds:
        return sum(held.values()) - held[part]
    return sum(held[one] for one in audited.parts[: audited.parts.index(part)])


def _chance(sizes: NDArray[np.float64], num: int, num_before: int) -> NDArray[np.float64]:
    """1 - C(num - 1 - num_before, k - 1) / C(num - 1, k - 1) for lesions of k images."""
    elsewhere, others = num - 1 - num_before, sizes - 1
    # a lesion whose images bear several classes may have more of them than the class has
    is_sure = others > elsewhere
    drawn = np.where(is_sure, 0, others)
    logs = gammaln(elsewhere + 1) - gammaln(elsewhere - drawn + 1) + gammaln(num - drawn) - gammaln(num)
    return np.where(is_sure, np.minimum(others, 1.0), 1 - np.exp(logs))


def _rows(audited: Audited, column: str, value: str) -> NDArray[np.bool_]:
    if value == ALL:
        return np.full(len(audited.table), True)
    return np.asarray((audited.table[column] == value).to_numpy(), dtype=np.bool_)


def _mean(values: NDArray[np.bool_]) -> float | None:
    return float(np.mean(values)) if len(values) else None
