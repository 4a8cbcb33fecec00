"""G: links between images that ids do not tell, or tell too freely."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from lentigo.data.groups import LARGEST_USUAL, largest_group
from lentigo.evaluation.checks.audited import Audited
from lentigo.evaluation.checks.check import EXAMPLES, Check, Finding, Severity

COPIES = ("sha256", "pixels", "near", "twin")


class UnlinkedCopies(Check):
    """Copies that a split by lesion and patient would cut."""

    code, title = "G501", "Copies that no id links"
    severity = Severity.WARNING
    advice = "Join them, so that splits keep them together: `lentigo data link DATA pairs.csv`."
    needs = ("images",)

    def look(self, audited: Audited) -> Finding | None:
        """Count images with a copy in another group, as known from ids."""
        table = audited.table
        unlinked = np.zeros(len(table), dtype=np.bool_)
        for column in COPIES:
            known = audited.known(column)
            num_groups = table[known].groupby(column)["known_group"].transform("nunique")
            unlinked[known] |= num_groups.to_numpy() > 1
        if not unlinked.any():
            return None
        share = f"{int(unlinked.sum()):,} of {len(table):,} images"
        return Finding(int(unlinked.sum()), share, tuple(table.loc[unlinked, "image_id"].head(EXAMPLES)))


class UnknownLesion(Check):
    """What nobody wrote down cannot be kept together."""

    code, title = "G502", "Images whose lesion and patient are unknown"
    severity = Severity.NOTICE
    advice = "Unknown does not mean single: ask the source for ids. Only copies can be found among these."

    def look(self, audited: Audited) -> Finding | None:
        """Count them."""
        unknown = ~audited.known("lesion_id") & ~audited.known("patient_id")
        if not unknown.any():
            return None
        examples = tuple(audited.table.loc[unknown, "image_id"].head(EXAMPLES))
        return Finding(int(unknown.sum()), f"{int(unknown.sum()):,} of {len(unknown):,} images", examples)


class LargeGroup(Check):
    """One wrong match or id chains lesions together."""

    code, title = "G503", "A group of unusually many images"
    severity = Severity.WARNING
    advice = (
        "Look at its pairs: one wrong match or a default id (such as 0) joins what does not belong together."
    )
    limit: ClassVar[int] = LARGEST_USUAL

    def look(self, audited: Audited) -> Finding | None:
        """The largest group, if it is over the limit."""
        name, size = largest_group(audited.table["group"].to_numpy(dtype=object))
        if size <= self.limit:
            return None
        return Finding(size, f"that of {name} has {size:,} images, more than {self.limit}", (name,))


class RepeatedImage(Check):
    """A row too many weighs an image twice."""

    code, title = "G504", "An image listed twice in one part"
    severity = Severity.WARNING
    advice = "Keep one row: repeated images count twice in every figure."

    def look(self, audited: Audited) -> Finding | None:
        """Count the rows that repeat one."""
        again = audited.table[audited.table.duplicated(["image_id", "part"])]
        if again.empty:
            return None
        return Finding(len(again), f"{len(again):,} rows", tuple(again["image_id"].head(EXAMPLES)))


class RepeatedCopy(Check):
    """The same photograph twice on one side is no leak, and weighs twice."""

    code, title = "G505", "Copies within one part"
    severity = Severity.NOTICE
    advice = "No leak, but each counts as an image of its own; drop all but one where that matters."
    needs = ("images",)

    def look(self, audited: Audited) -> Finding | None:
        """Count images that have a copy under another id in their own part."""
        copied = np.zeros(len(audited.table), dtype=np.bool_)
        for column in COPIES:
            known = audited.known(column)
            sizes = audited.table[known].groupby([column, "part"])["image_id"].transform("nunique")
            copied[known] |= sizes.to_numpy() > 1
        if not copied.any():
            return None
        text = f"{int(copied.sum()):,} of {len(copied):,} images"
        return Finding(int(copied.sum()), text, tuple(audited.table.loc[copied, "image_id"].head(EXAMPLES)))


GROUPS: list[type[Check]] = [UnlinkedCopies, UnknownLesion, LargeGroup, RepeatedImage, RepeatedCopy]
