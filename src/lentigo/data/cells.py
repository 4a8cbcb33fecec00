"""A text in, a cell of CSV that no spreadsheet runs as a formula out; and back.

Ids, file names and classes come from strangers, and a spreadsheet runs a cell that begins with `=`. Such a
text gets an apostrophe in front, which the reader of tables takes off again. Numbers stay as they are.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it (another one where one is)."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def as_it_was(cell: str) -> str:
    """The text that `harmless` made this cell of."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def without_half_characters(text: str) -> str:
    """The text with what UTF-8 cannot write as escapes: the remains of a name in another encoding."""
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()
