"""How much of what is evaluated was seen in training: audited images in, shares by part and class out.

Split per image, an image of a lesion with k images shows a lesion of earlier parts with probability
1 - (1 - f)^(k - 1), where f is the share of all images in those parts: each of the k - 1 others is there with
probability f.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    chance = chance_of_a_known_lesion(audited, part)[of_class]
    return {
        "part": part,
        "class": name,
        "n_images": int(rows.sum()),
        "n_linked": int(audited.seen("group")[rows].sum()),
        "share": _mean(audited.seen("group")[rows]),
        "n_lesions_known": num_known,
        "lesion_share": _mean(audited.seen("lesion_id")[rows]) if num_known else None,
        "expected_lesion_share": _mean(chance) if num_known else None,
    }


def expected_share(audited: Audited) -> float:
    """`expected_lesion_share` of all classes, over all evaluated parts; NaN where no lesion is known."""
    parts = (ALL,) if audited.is_folds else audited.parts[1:]
    sizes = [float((audited.evaluated() & _rows(audited, "part", part)).sum()) for part in parts]
    shares = [float(chance_of_a_known_lesion(audited, part).mean()) for part in parts]
    return float(np.average(shares, weights=sizes)) if audited.known("lesion_id").any() else np.nan


def chance_of_a_known_lesion(audited: Audited, part: str) -> NDArray[np.float64]:
    """For each image (N,), the chance that a split per image shows its lesion before `part` too."""
    known = audited.known("lesion_id")
    lesions = audited.table["lesion_id"]
    sizes = np.where(known, lesions.map(lesions[known].value_counts()).fillna(1), 1).astype(float)
    return np.asarray(1 - (1 - share_before(audited, part)) ** (sizes - 1))


def share_before(audited: Audited, part: str) -> float:
    """Share of all images in the parts used before `part`, 0 to 1; of folds, in all others."""
    if audited.is_folds:
        return 1 - 1 / len(audited.parts)
    places = audited.places()
    before = (places >= 0) & (places < audited.parts.index(part))
    return float(before.sum() / max((places >= 0).sum(), 1))


def _rows(audited: Audited, column: str, value: str) -> NDArray[np.bool_]:
    if value == ALL:
        return np.full(len(audited.table), True)
    return np.asarray((audited.table[column] == value).to_numpy(), dtype=np.bool_)


def _mean(values: NDArray[np.bool_] | NDArray[np.float64]) -> float | None:
    return float(np.mean(values)) if len(values) else None
