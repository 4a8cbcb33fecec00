"""F: files behind the table that are missing, changed, damaged or odd."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from lentigo.evaluation.checks.audited import Audited
from lentigo.evaluation.checks.check import EXAMPLES, Check, Finding, Severity


class FileText(Check):
    """Files about which `column` says something."""

    column: ClassVar[str]
    needs = ("images",)

    def look(self, audited: Audited) -> Finding | None:
        """Count and name them."""
        rows = audited.table[audited.known(self.column)]
        if rows.empty:
            return None
        examples = [
            f"{row.image_id}: {getattr(row, self.column)}" for row in rows.head(EXAMPLES).itertuples()
        ]
        return Finding(len(rows), f"{len(rows):,} of {len(audited.table):,} files", tuple(examples))


class UnusableFile(FileText):
    """Missing, empty, truncated, or no image."""

    code, title, column = "F401", "Files that cannot be used", "problem"
    severity = Severity.ERROR
    advice = "Bring them back, or import again: files that cannot be used are left out and listed."


class ChangedFile(Check):
    """Other bytes than when the manifest was made."""

    code, title = "F402", "Files that have changed since the import"
    severity = Severity.ERROR
    advice = "Import again; caches, splits and runs made before are of other images."
    needs = ("images",)

    def look(self, audited: Audited) -> Finding | None:
        """Count and name them."""
        changed = audited.table["is_changed"].to_numpy(dtype=np.bool_)
        if not changed.any():
            return None
        examples = tuple(audited.table.loc[changed, "image_id"].head(EXAMPLES))
        return Finding(int(changed.sum()), f"{int(changed.sum()):,} of {len(changed):,} files", examples)


class OddFile(FileText):
    """Usable, and worth a look."""

    code, title, column = "F403", "Files worth a look", "remark"
    severity = Severity.NOTICE
    advice = "Look at them; leave out what shows no lesion."


class SharedName(Check):
    """Two people who number their files mean different images by `1`."""

    code, title = "F404", "One file name for different images"
    severity = Severity.NOTICE
    advice = (
        "Names other than the archive's (ISIC_ and seven digits) tell images apart only within a set, so "
        "they are taken for different ones. If they are the same, name the folder of all lists: --images."
    )

    def look(self, audited: Audited) -> Finding | None:
        """Count images whose name another image bears too."""
        table = audited.table[audited.known("name")]
        content = table["sha256"].where(table["sha256"] != "", table["image_id"])
        shared = table[content.groupby(table["name"]).transform("nunique") > 1]
        if shared.empty:
            return None
        names = shared["name"].nunique()
        return Finding(
            len(shared), f"{names:,} names, {len(shared):,} images", tuple(shared["image_id"].head(EXAMPLES))
        )


FILES: list[type[Check]] = [UnusableFile, ChangedFile, OddFile, SharedName]
