"""S: what is no part of a lesion and yet tells its class, so that a network may learn that instead."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
import pandas as pd

from lentigo.evaluation.checks.association import Association, associate
from lentigo.evaluation.checks.audited import Audited
from lentigo.evaluation.checks.check import Check, Finding, Severity
from lentigo.evaluation.intervals.resampled import Interval

SURE = 0.001
"""P-value below which an association is not explained by chance."""
WORTH_MENTIONING = 0.05
"""Balanced accuracy above chance that the attribute alone must give."""
METADATA = {"age_years": "age", "sex": "sex", "site": "site", "lesion_id": "lesion"}


class Shortcut(Check):
    """An attribute that tells the class."""

    what: ClassVar[str]
    severity = Severity.WARNING

    @abstractmethod
    def values(self, audited: Audited) -> pd.Series[str]:
        """The attribute of each image (N,), text."""

    def association(self, audited: Audited) -> Association | None:
        """What the attribute tells of the class; computed once."""
        known, table = audited.associations, audited.table
        if self.code not in known:
            known[self.code] = associate(table["class"], self.values(audited), table["group"])
        return known[self.code]

    def look(self, audited: Audited) -> Finding | None:
        """Compare the class with the attribute by a chi-square test, and with a guess made from it."""
        found = self.association(audited)
        if found is None or found.p_value >= SURE:
            return None
        if found.balanced_accuracy.value - found.chance < WORTH_MENTIONING:
            return None
        concerned = int(audited.known("class").sum())
        return Finding(concerned, _in_words(self.what, found), _most_telling(found))


def _in_words(what: str, found: Association) -> str:
    return (
        f"from {what} alone the class can be guessed with balanced accuracy "
        f"{_with_range(found.balanced_accuracy)} (chance {found.chance:.2f}); "
        f"Cramér's V {_with_range(found.cramers_v)}"
    )


def _with_range(figure: Interval) -> str:
    return f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}]"


def _most_telling(found: Association) -> tuple[str, ...]:
    """The values whose mixture of classes is furthest from that of all."""
    shares = found.counts.div(found.counts.sum(axis=1), axis=0)
    distance = np.abs(shares - found.counts.sum() / found.counts.to_numpy().sum()).sum(axis=1)
    weight = distance * np.sqrt(found.counts.sum(axis=1))
    return tuple(
        f"{value}: {shares.loc[value].max():.0%} of {found.counts.loc[value].sum():,} groups are "
        f"{shares.loc[value].idxmax()}"
        for value in weight.sort_values(ascending=False).index[:3]
    )


class SourceShortcut(Shortcut):
    """Hospitals send different lesions and use different cameras."""

    code, title, what = "S301", "The source tells the class", "the source"
    advice = (
        "Report figures for each source too (one that was not trained on says most), and balance classes "
        "within sources."
    )
    needs = ("classes", "sources")

    def values(self, audited: Audited) -> pd.Series[str]:
        """The source's name."""
        return audited.table["source"].replace("", "unknown")


class SizeShortcut(Shortcut):
    """Width and height survive into the pixels: as squashing, as blur, as black borders."""

    code, title, what = "S302", "The image size tells the class", "the image size"
    advice = (
        "Bring all images through one small size and shape before training, or keep one geometry; say which "
        "in every claim."
    )
    needs = ("classes", "sizes")

    def values(self, audited: Audited) -> pd.Series[str]:
        """Such as `600 x 450`."""
        table = audited.table
        return table["width"].astype(str) + " x " + table["height"].astype(str)


class MissingShortcut(Shortcut):
    """What was not written down often depends on where, when and why a photograph was taken."""

    code, title, what = "S303", "Missing metadata tell the class", "what is missing"
    advice = (
        "Do not feed metadata to a model without saying how missing ones are handled, and test it without."
    )
    needs = ("classes", "metadata")

    def values(self, audited: Audited) -> pd.Series[str]:
        """Such as `no sex, no site`."""
        lacking = [np.where(audited.known(column), "", f"no {name}, ") for column, name in METADATA.items()]
        joined = pd.Series(["".join(words) for words in zip(*lacking, strict=True)], audited.table.index)
        return joined.str.removesuffix(", ").replace("", "complete")


SHORTCUTS: list[type[Check]] = [SourceShortcut, SizeShortcut, MissingShortcut]
