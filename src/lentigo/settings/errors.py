"""What can go wrong through no fault of the program: one family of errors, each saying the remedy.

The command line prints a `LentigoError` without a traceback and exits with code 2.
"""

from __future__ import annotations

from collections.abc import Sequence


class LentigoError(Exception):
    """Something the user can remedy: what happened, what was expected, what to do."""


class SettingsError(LentigoError):
    """A recipe or an option is wrong; lists every mistake found, with its key path."""


class FileError(LentigoError):
    """A file cannot be read or written, or is not what it was when it was written."""


class TableError(LentigoError):
    """A table (CSV) cannot be read or contradicts itself; lists the rows."""


class ImageError(LentigoError):
    """One image cannot be used; the message is the reason that goes into `problems.csv`."""


class DataError(LentigoError):
    """The images or the manifest as a whole cannot be used."""


class DownloadError(LentigoError):
    """A file cannot be fetched, or is not the one that was published."""


class SplitError(LentigoError):
    """The data cannot be divided as asked."""


class LeakError(LentigoError):
    """Truth would be compared on images or groups seen in training."""


class ModelError(LentigoError):
    """A network or its weights cannot be had."""


class RunError(LentigoError):
    """A run directory is missing, locked, damaged or does not fit the request."""


class InUseError(RunError):
    """A living process works in this directory; wait for it, or end it."""


class BundleError(LentigoError):
    """A bundle is missing, damaged, foreign or of another schema version, or cannot be made."""


LONGEST_PROBLEM = 1000
"""Characters shown of one; what a stranger's cell holds may be repeated in it."""


def several(title: str, problems: Sequence[str], limit: int = 12) -> str:
    """Join problems under one title, one a line, at most `limit` of them and then a count.

    Of a very long one its two ends are shown.
    """
    shown = [f"  - {_in_short(problem)}" for problem in problems[:limit]]
    if len(problems) > limit:
        shown.append(f"  - ... and {len(problems) - limit} more")
    return "\n".join([title, *shown])


def _in_short(problem: str) -> str:
    if len(problem) <= LONGEST_PROBLEM:
        return problem
    half = LONGEST_PROBLEM // 2
    return f"{problem[:half]} ... {problem[-half:]}"
