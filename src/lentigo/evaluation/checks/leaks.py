"""L: what is in two parts at once, so that evaluation tells what was memorised."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from lentigo.evaluation.checks.audited import Audited
from lentigo.evaluation.checks.check import EXAMPLES, Check, Finding, Severity
from lentigo.evaluation.checks.exposure import expected_share

SPLIT_AGAIN = (
    "Divide by group: `lentigo split` keeps everything that is linked in one part. Figures from this "
    "division show what was memorised."
)
GIVE_PAIRS = "Join them: `lentigo data link DATA pairs.csv`, and split again."


class Crossing(Check):
    """Values of one column that occur in two parts."""

    column: ClassVar[str]
    severity = Severity.ERROR

    def look(self, audited: Audited) -> Finding | None:
        """Count images of evaluated parts that share a value with a part used before."""
        seen = audited.seen(self.column)
        return crossing_finding(audited, seen) if seen.any() else None


def crossing_finding(audited: Audited, seen: np.ndarray) -> Finding:
    """The finding for rows (N,) that are known from another part."""
    parts = [
        f"{int(seen[rows].sum()):,} of {int(rows.sum()):,} {part} images ({seen[rows].mean():.1%})"
        for part in audited.parts
        if seen[rows := (audited.table["part"] == part).to_numpy()].any()
    ]
    if audited.is_folds:
        parts = [f"{int(seen.sum()):,} of {len(seen):,} images ({seen.mean():.1%}) over all folds"]
    examples = tuple(audited.table.loc[seen, "image_id"].head(EXAMPLES))
    return Finding(int(seen.sum()), "; ".join(parts), examples)


class SameImage(Crossing):
    """One id in two parts."""

    code, title, column = "L101", "The same image in two parts", "image_id"
    advice = f"Take it out of one part. {SPLIT_AGAIN}"
    needs = ("parts",)


class SameBytes(Crossing):
    """One file under two ids."""

    code, title, column = "L102", "The same bytes in two parts", "sha256"
    advice = SPLIT_AGAIN
    needs = ("parts", "bytes")


class SamePixels(Crossing):
    """Two files that decode to the same picture."""

    code, title, column = "L103", "The same pixels in two parts", "pixels"
    advice = GIVE_PAIRS
    needs = ("parts", "images")


class NearDuplicates(Crossing):
    """One photograph twice, turned, cropped, brightened or encoded again."""

    code, title, column = "L104", "Near-duplicates in two parts", "near"
    advice = f"Look at the pairs; take out of `pairs.csv` what is wrong. {GIVE_PAIRS}"
    needs = ("parts", "comparison")


class CopiesByName(Crossing):
    """`ISIC_0012345_downsampled`, `x/isic_0012345_aug_1` and `mole7_rot90` tell their originals."""

    code, title, column = "L105", "Copies, by their names, of one image in two parts", "twin"
    advice = f"Divide first and augment the training part alone. {GIVE_PAIRS}"
    needs = ("parts",)


class SameLesion(Crossing):
    """Several photographs of one spot, divided."""

    code, title, column = "L106", "A lesion in two parts", "lesion_id"
    advice = SPLIT_AGAIN
    needs = ("parts", "lesions")

    def look(self, audited: Audited) -> Finding | None:
        """As for every link, beside what a split per image would give."""
        found = super().look(audited)
        if found is None:
            return None
        expected = expected_share(audited)
        text = f"{found.text}; a split per image would give {expected:.1%}"
        return Finding(found.n_images, text, found.examples)


class SamePatient(Crossing):
    """Lesions of one person, divided."""

    code, title, column = "L107", "A patient in two parts", "patient_id"
    advice = SPLIT_AGAIN
    needs = ("parts", "patients")


class ChainedGroup(Crossing):
    """A and B are one lesion, B and C near-duplicates: A and C are linked, and by nothing above."""

    code, title, column = "L108", "Images in two parts that only a chain of links joins", "group"
    advice = SPLIT_AGAIN
    needs = ("parts",)

    def look(self, audited: Audited) -> Finding | None:
        """Only images that no other check of this letter finds."""
        links = [check for check in LEAKS if issubclass(check, Crossing) and check.severity == self.severity]
        seen = audited.seen(self.column)
        for column in {check.column for check in links} - {self.column}:
            seen &= ~audited.seen(column)
        return crossing_finding(audited, seen) if seen.any() else None


class NameWithinName(Crossing):
    """`mole_0007_2` beside `mole_0007`: a copy, or the second photograph of one spot."""

    code, title, column = "L109", "A name within another's, in two parts", "within"
    severity = Severity.WARNING
    advice = "Look at them: copies are joined by `lentigo data link`, images of one lesion by a lesion_id."
    needs = ("parts",)

    def look(self, audited: Audited) -> Finding | None:
        """Only images that nothing else links."""
        seen = audited.seen(self.column) & ~audited.seen("group")
        return crossing_finding(audited, seen) if seen.any() else None


class OnePart(Check):
    """What was trained on and what was evaluated cannot be told apart, so that no leak can be seen."""

    code, title = "L110", "One part only: nothing was looked at for leaks between parts"
    severity = Severity.WARNING
    advice = (
        "Name the lists (`--train A --test B`), or a column that says the part; divide with `lentigo split`, "
        "or see by `--folds 5` what a division at random would leak."
    )

    def look(self, audited: Audited) -> Finding | None:
        """Count parts."""
        if len(audited.parts) > 1:
            return None
        where = f"all are {audited.parts[0]}" if audited.parts else "none says its part"
        return Finding(len(audited.table), f"of {len(audited.table):,} images {where}")


LEAKS: list[type[Check]] = [
    SameImage,
    SameBytes,
    SamePixels,
    NearDuplicates,
    CopiesByName,
    SameLesion,
    SamePatient,
    ChainedGroup,
    NameWithinName,
    OnePart,
]
