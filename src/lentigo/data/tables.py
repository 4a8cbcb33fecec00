"""CSV files in, tables of text out, and back; every mistake named with its line.

Nothing is guessed: each cell stays the text it is (`NA`, `007` and `1E5` included) and an empty cell is `""`.
Only an apostrophe before what a spreadsheet would run as a formula is put there and taken off, see `cells`.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lentigo.data.cells import as_it_was, harmless, without_half_characters
from lentigo.settings.errors import TableError, several
from lentigo.settings.files import write_text
from lentigo.settings.toml import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_NAMES = {**DELIMITERS, " ": "spaces"}
_FILE_AND_WORD = re.compile(r"[^\s,;]+\.[a-z]{3,4} [^\s,;]+", re.IGNORECASE)
_LONGEST_HEADER = 2**20
"""Bytes; real ones have a few thousand."""
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# a bare carriage return too: csv leaves it unquoted when lines end in LF, and no reader survives that
_NEEDS_QUOTES = re.compile(r'[,;\t"\r\n]|^\s|\s$')


class LentigoWarning(UserWarning):
    """Something worth knowing that does not stop the work."""


def warn(message: str) -> None:
    """Tell the user; the command line prints it, Python code sees a `LentigoWarning`."""
    warnings.warn(message, LentigoWarning, stacklevel=3)


def read_table(path: str | Path, required: Sequence[str], optional: Sequence[str] = ()) -> pd.DataFrame:
    """Read a CSV file with a header line.

    Args:
        path: a UTF-8 file, with or without byte order mark; commas, or with a warning semicolons or tabs.
        required: columns that must be there, in any order.
        optional: columns that are added, empty, where they are not there.

    Returns:
        All columns of the file and the optional ones, all text, in the order of the file.

    Raises:
        TableError: not readable as a table, or a required column is missing; names lines and the remedy.
    """
    return read_numbered_table(path, required, optional).reset_index(drop=True)


def read_numbered_table(
    path: str | Path, required: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """As `read_table`, with the line where each row begins in the file (from 1) as the index, `line`."""
    import pandas as pd

    header, rows, lines = read_cells(path, required, optional)
    index = pd.Index(lines, name="line")
    table = pd.DataFrame(rows, columns=header, index=index, dtype=str)
    for name in optional:
        if name not in header:
            table[name] = ""
    return table


def read_cells(
    path: str | Path, required: Sequence[str] = (), optional: Sequence[str] = ()
) -> tuple[list[str], list[list[str]], list[int]]:
    """As `read_table`, without pandas: the names of the columns, the rows, and the line where each begins."""
    path = Path(path)
    text = _read_text(path)
    delimiter = _detect_delimiter(text, required)
    if delimiter != ",":
        warn(f"{path}: columns are separated by {_NAMES[delimiter]}, not commas; read as such")
    header, rows, lines = _parse(path, text, delimiter)
    _check_header(path, header, required, optional)
    if not rows:
        raise TableError(f"{path} has a header and no rows; expected one row an image")
    return header, rows, lines


def read_header(path: str | Path) -> list[str]:
    """The names of a table's columns, by its first line alone; empty where that cannot be read as one."""
    try:
        with Path(path).open("rb") as handle:
            start = handle.read(_LONGEST_HEADER)
        text = start.decode("utf-8-sig", errors="strict" if len(start) < _LONGEST_HEADER else "ignore")
        first = next(iter(re.split(r"[\r\n]+", text.strip("\r\n"))), "")
        delimiter = _detect_delimiter(first, ())
        return [name.strip().lstrip("\ufeff") for name in next(csv.reader([first], delimiter=delimiter), [])]
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """Write a table as CSV: UTF-8, commas, LF line ends, header, no index; atomically. Empty for missing."""
    import pandas as pd

    columns = [["" if pd.isna(cell) else _quoted(str(cell)) for cell in frame[name]] for name in frame]
    header = ",".join(_quoted(str(name)) for name in frame)
    lines = (",".join(row) or '""' for row in zip(*columns, strict=True))
    write_text(path, "\n".join([header, *lines]) + "\n")


def _quoted(text: str) -> str:
    cell = harmless(without_half_characters(text))
    if _NEEDS_QUOTES.search(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _read_text(path: Path) -> str:
    if not path.is_file():
        names = [item.name for item in path.parent.glob("*.csv")] if path.parent.is_dir() else []
        raise TableError(f"{path}: no such file{did_you_mean(path.name, names)}")
    raw = path.read_bytes()
    if raw.startswith(_UTF_16_MARKS) or raw[:4000].count(0) > len(raw[:4000]) / 4:
        raise TableError(f"{path} is in UTF-16; save it as `CSV UTF-8`")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"{path}, line {line}: not UTF-8, probably Latin-1 (Windows-1252); save it as `CSV UTF-8`"
        ) from error
    if not text.strip():
        raise TableError(f"{path} is empty; expected a header line and rows")
    return text


def _detect_delimiter(text: str, required: Sequence[str]) -> str:
    """The delimiter under which most required columns are found, else that with most columns.

    A space only where the first line is a file and a word: `train/a.jpg 3`.
    """
    first_line = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]
    if _FILE_AND_WORD.fullmatch(first_line.strip()):
        return " "

    def fit(delimiter: str) -> tuple[int, int]:
        names = [name.strip(' "') for name in first_line.split(delimiter)]
        return len(set(names) & set(required)), len(names)

    return max(DELIMITERS, key=fit)


def _parse(path: Path, text: str, delimiter: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Returns the header, the rows, and the line where each row begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    line = 1
    try:
        for row in reader:
            if row:
                rows.append([as_it_was(cell) for cell in row])
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableError(_quote_problem(path, line, error)) from error
    header = [name.strip().lstrip("\ufeff") for name in rows[0]]  # a mark may stand behind empty lines
    ragged = [
        f"line {line}: {len(row)} cells"
        for row, line in zip(rows, lines, strict=True)
        if len(row) != len(header)
    ]
    if ragged:
        title = f"{path}: the header names {len(header)} columns, but rows have other lengths:"
        raise TableError(several(title, ragged))
    return header, rows[1:], lines[1:]


def _quote_problem(path: Path, line: int, error: csv.Error) -> str:
    if "expected after" in str(error):
        return f'{path}, line {line}: text after a closing quote; write a quote inside a cell as ""'
    return f"{path}, line {line}: a quote is opened and never closed; close it, or write it as double quotes"


def _check_header(path: Path, header: list[str], required: Sequence[str], optional: Sequence[str]) -> None:
    problems = [f"line 1: column {name!r} appears {n} times" for name, n in Counter(header).items() if n > 1]
    spare = [name for name in header if name not in (*required, *optional)]
    problems += [
        f"line 1: no column {name!r}{did_you_mean(name, spare)}" for name in required if name not in header
    ]
    if problems:
        found = ", ".join(map(repr, header[:20]))
        raise TableError(several(f"{path} is not the table expected (its columns: {found}):", problems))
    for name in optional:
        near = [other for other in spare if _same_letters(other, name)]
        if name not in header and near:
            warn(f"{path}: there is a column {near[0]!r} but no {name!r}; rename it if that is what it means")


def _same_letters(first: str, second: str) -> bool:
    """Whether two names differ only in case and punctuation: `lesionID` and `lesion_id`."""
    return [c for c in first.lower() if c.isalnum()] == [c for c in second.lower() if c.isalnum()]
