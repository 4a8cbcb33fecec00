"""C: labels that contradict each other, and classes that the parts do not share."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from lentigo.data.taxonomy import order_classes
from lentigo.evaluation.checks.association import chi_square
from lentigo.evaluation.checks.audited import Audited
from lentigo.evaluation.checks.check import EXAMPLES, Check, Finding, Severity

CORRECT_LABELS = "One of the labels is wrong: look at the images, correct the table or leave them out."
SURE = 0.001
"""P-value below which a difference between parts is not explained by chance."""
WORTH_MENTIONING = 0.02
"""Difference of a class's share between parts, in shares."""
FEWEST = 10
"""Groups of a class in a part, below which a figure for the class says little."""


class Conflict(Check):
    """Rows that share a value of `column` and differ in `label`."""

    column: ClassVar[str]
    label: ClassVar[str] = "class"
    severity = Severity.ERROR
    advice = CORRECT_LABELS
    needs: ClassVar[tuple[str, ...]] = ("classes",)

    def look(self, audited: Audited) -> Finding | None:
        """Count images whose value has several labels."""
        table = audited.table[audited.known(self.column) & audited.known(self.label)]
        num_labels = table.groupby(self.column)[self.label].transform("nunique")
        wrong = table[num_labels > 1]
        if wrong.empty:
            return None
        named = wrong.groupby(self.column, sort=False)
        examples = [
            f"{', '.join(rows['image_id'].unique()[:4])}: {' and '.join(sorted(set(rows[self.label])))}"
            for _, rows in list(named)[:EXAMPLES]
        ]
        return Finding(len(wrong), f"{named.ngroups:,} cases, {len(wrong):,} images", tuple(examples))


class ImageOfTwoClasses(Conflict):
    """An image that lists contradict each other about."""

    code, title, column = "C201", "An image with two classes", "image_id"


class CopyOfTwoClasses(Conflict):
    """Equal pixels, different labels: at least one is wrong."""

    code, title, column = "C202", "The same pixels with two classes", "pixels"
    needs = ("classes", "images")


class NearDuplicateOfTwoClasses(Conflict):
    """One photograph, different labels."""

    code, title, column = "C203", "Near-duplicates with two classes", "near"
    severity = Severity.WARNING
    needs = ("classes", "comparison")


class LesionOfTwoClasses(Conflict):
    """In the archive no lesion carries two labels."""

    code, title, column = "C204", "A lesion with two classes", "lesion_id"
    needs = ("classes", "lesions")


class LesionOfTwoPatients(Conflict):
    """A lesion belongs to one patient."""

    code, title, column, label = "C205", "A lesion with two patients", "lesion_id", "patient_id"
    advice = "An id is wrong, or means something else: correct the table."
    needs = ("lesions", "patients")


class MissingClass(Check):
    """A class that only some parts have."""

    code, title = "C206", "A class is missing in a part"
    severity = Severity.WARNING
    advice = (
        "Nothing can be said about it there. Divide by `lentigo split`, or leave the class out everywhere."
    )
    needs = ("parts", "classes")

    def look(self, audited: Audited) -> Finding | None:
        """Name part and class."""
        counts = class_counts(audited)
        absent = [
            f"{part} has no {name}"
            for part, row in counts.iterrows()
            for name in counts.columns
            if row.sum() and not row[name]
        ]
        if not absent:
            return None
        names = [name for name in counts.columns if (counts[name] == 0).any()]
        concerned = int(audited.table["class"].isin(names).sum())
        return Finding(concerned, "; ".join(absent[:EXAMPLES]), tuple(absent[:EXAMPLES]))


class UnevenClasses(Check):
    """Parts that do not show the same mixture."""

    code, title = "C207", "Class shares differ between parts"
    severity = Severity.WARNING
    advice = (
        "Accuracy and precision do not carry over from one part to another; balanced accuracy does. `lentigo "
        "split` keeps shares even."
    )
    needs = ("parts", "classes")

    def look(self, audited: Audited) -> Finding | None:
        """Compare shares by a chi-square test over groups, one image of each."""
        counts = class_counts(audited)
        counts = counts[counts.sum(axis=1) > 0]
        shares = counts.div(counts.sum(axis=1), axis=0)
        spread = shares.max() - shares.min()
        groups = class_counts(audited, one_a_group=True).loc[counts.index]
        groups = groups.loc[:, groups.sum() > 0]
        if spread.max() < WORTH_MENTIONING or min(groups.shape) < 2 or (groups.sum(axis=1) == 0).any():
            return None
        if chi_square(groups.to_numpy())[1] >= SURE:
            return None
        name = str(spread.idxmax())
        words = ", ".join(f"{share:.1%} of {part}" for part, share in shares[name].items())
        return Finding(int(counts[name].sum()), f"{name}: {words}", (name,))


class FewOfAClass(Check):
    """A class whose figure rests on next to nothing."""

    code, title = "C208", "A class has few groups in a part"
    severity = Severity.NOTICE
    advice = "Its figures come with wide intervals: believe those, or find more images."
    needs = ("parts", "classes")

    def look(self, audited: Audited) -> Finding | None:
        """Name the classes with 1 to 9 groups in a part."""
        counts = class_counts(audited, one_a_group=True)
        few = [
            (part, name, int(row[name]))
            for part, row in counts.iterrows()
            for name in counts.columns
            if 0 < row[name] < FEWEST
        ]
        if not few:
            return None
        words = tuple(f"{part} has {count} groups of {name}" for part, name, count in few)
        named = pd.DataFrame([(part, name) for part, name, _ in few], columns=["part", "class"])
        concerned = len(audited.table[["part", "class"]].merge(named))
        return Finding(concerned, "; ".join(words[:EXAMPLES]), words[:EXAMPLES])


def class_counts(audited: Audited, one_a_group: bool = False) -> pd.DataFrame:
    """Images (or groups) by part (index, `audited.parts`, or `all`) and class (columns)."""
    table = audited.table[audited.known("class")]
    parts = audited.parts or ("all",)
    table = table.assign(part=table["part"] if audited.parts else "all")
    if one_a_group:
        table = table.drop_duplicates(["group", "part", "class"])
    counts = pd.crosstab(table["part"], table["class"])
    names = list(order_classes(counts.columns))
    return counts.reindex(index=list(parts), columns=names).fillna(0).astype(np.int64)


LABELS: list[type[Check]] = [
    ImageOfTwoClasses,
    CopyOfTwoClasses,
    NearDuplicateOfTwoClasses,
    LesionOfTwoClasses,
    LesionOfTwoPatients,
    MissingClass,
    UnevenClasses,
    FewOfAClass,
]
