"""Text from outside in, text that is safe to draw and show out.

File names and class names come from strangers. Escaping for HTML is the template's work; what no escaping
touches is handled here: characters that reorder, hide or break text are shown as their code point.
"""

from __future__ import annotations

import unicodedata

# categories: control, format (bidi overrides, zero-width), surrogate, private use, line and paragraph ends
_SHOWN_AS_CODE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def visible(text: object) -> str:
    """Any value as one line of text in which every invisible or reordering character shows as `[U+202E]`.

    Right-to-left override would otherwise let `gpj.exe` be read as `exe.jpg`; a lone surrogate from an
    undecodable file name would otherwise stop the file from being written. Tab and newline become spaces.
    """
    shown = str(text)
    return shown if shown.isprintable() else "".join(_one(character) for character in shown)


def shorten(text: object, limit: int) -> str:
    """`visible` text of at most `limit` characters; its middle goes, since the ends tell names apart."""
    shown = visible(text)
    if len(shown) <= limit:
        return shown
    head = (limit - 1) // 2
    tail = limit - 1 - head
    return f"{shown[:head]}…{shown[-tail:]}"


def as_file_name(text: object) -> str:
    """Letters and digits of `text`, all else as `_`: fit for a file's name anywhere."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in str(text))


def _one(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if unicodedata.category(character) in _SHOWN_AS_CODE:
        return f"[U+{ord(character):04X}]"
    return character
