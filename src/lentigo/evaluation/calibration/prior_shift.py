"""Probabilities made for one mix of classes in; those for another mix out.

Everything rests on one assumption: a lesion of a class looks the same in both places, and only how common the
classes are differs (label shift). NumPy only, because a bundle does this too.
Saerens, Latinne and Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities",
Neural Computation 14 (2002).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from lentigo.evaluation.metrics import Floats
from lentigo.settings.errors import SettingsError

UNIFORM, TRAIN, ESTIMATE = "uniform", "train", "estimate"
SIDES = ("malignant", "benign")
ROUNDING = 0.002
"""By so much shares given by people may miss a sum of 1."""


def shift_prior(probabilities: Floats, before: ArrayLike, after: ArrayLike) -> Floats:
    """Bayes' rule with another prior: (N, K) probabilities for class shares `after` instead of `before`.

    Args:
        probabilities: (N, K), calibrated for `before`.
        before: (K,) shares greater than 0.
        after: (K,) shares; a share of 0 rules a class out.
    """
    odds = probabilities * (np.asarray(after, dtype=np.float64) / np.asarray(before, dtype=np.float64))
    total = odds.sum(axis=1, keepdims=True)
    # a row all of whose probability lies on classes that are ruled out says nothing: the prior itself is left
    return np.where(total > 0, odds / np.where(total > 0, total, 1.0), np.asarray(after, dtype=np.float64))


def resolve_prior(
    text: str, class_names: Sequence[str], before: Sequence[float], malignant: Sequence[str] = ()
) -> tuple[float, ...]:
    """Read `uniform`, `train` or `NAME=SHARE,...` into class shares (K,) that sum to 1.

    Classes that are not named divide what is left as in `before`. `malignant=0.02` names a side: its classes
    keep their proportions.

    Raises:
        SettingsError: anything else; the message says what is possible.
    """
    if text == TRAIN:
        return tuple(before)
    if text == UNIFORM:
        return tuple([1 / len(class_names)] * len(class_names))
    members: dict[str, tuple[str, ...]] = {name: (name,) for name in class_names}
    if malignant:
        benign = tuple(name for name in class_names if name not in malignant)
        members = dict(zip(SIDES, (tuple(malignant), benign), strict=True)) | members
    share_of = _parsed(text, members)
    return _filled(share_of, members, dict(zip(class_names, before, strict=True)))


def _parsed(text: str, known: Mapping[str, Sequence[str]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for entry in text.split(","):
        name, equals, number = (one.strip() for one in entry.partition("="))
        try:
            share = float(number)
        except ValueError:
            share = -1.0
        if not equals or not 0 <= share <= 1:
            raise SettingsError(
                f"--prior {text}: {entry!r} is not a share; expected uniform, train or NAME=SHARE with "
                "shares from 0 to 1, such as malignant=0.02 or MEL=0.05,NV=0.8"
            )
        if name not in known or name in found:
            is_new = "is named twice" if name in found else "is not a class"
            raise SettingsError(f"--prior {text}: {name!r} {is_new}; classes: {', '.join(known)}")
        found[name] = share
    return found


def _filled(
    share_of: Mapping[str, float], members: Mapping[str, Sequence[str]], before: Mapping[str, float]
) -> tuple[float, ...]:
    """Shares of all classes from those that were named."""
    shares: dict[str, float] = {}
    for name, share in share_of.items():
        total = sum(before[member] for member in members[name])
        for member in members[name]:
            if member in shares:
                raise SettingsError(f"--prior: {member} is named twice, by itself and by its side")
            shares[member] = share * before[member] / total
    rest, left = [name for name in before if name not in shares], 1 - sum(shares.values())
    if left < -ROUNDING or (not rest and left > ROUNDING):
        raise SettingsError(f"--prior: the shares sum to {1 - left:.6g}; they must sum to 1")
    total = sum(before[name] for name in rest)
    shares |= {name: max(left, 0.0) * before[name] / total for name in rest}
    whole = sum(shares.values())
    return tuple(shares[name] / whole for name in before)
