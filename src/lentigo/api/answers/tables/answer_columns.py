"""Somebody's table in; which of its columns is the answer for which class out.

Columns go by the name of their class, in any case and punctuation, bare or beside a word for what they hold
(`prob_MEL`, `MEL logit`, `p(class=MEL)`). Whatever else the table has, such as the class answered, stays
aside.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from lentigo.data.metadata.column_names import plain_name
from lentigo.data.sources.reading.columns import zeros_and_ones
from lentigo.data.taxonomy import BINARY_CLASS_NAMES, find_class
from lentigo.evaluation.class_map import ClassMap, coarse_name
from lentigo.settings.errors import TableError, several

WORDS = (
    *("", "probability", "probabilities", "prob", "probs", "proba", "p", "pr", "softmax", "score", "scores"),
    *("pred", "prediction", "predictions", "y", "hat", "output", "outputs", "out", "confidence", "conf"),
    *("sigmoid", "mean", "class", "target", "logit", "logits", "log", "logprob"),
)
"""What columns of answers are called beside their class; of two families the word that stands earlier
wins."""


@dataclass(frozen=True)
class _Family:
    """Columns that are called by the same word beside their class."""

    word: str
    by_class: dict[str, str] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)


def find_answer_columns(
    raw: pd.DataFrame, spare: Collection[str], truth: Sequence[str], class_map: ClassMap, name: str
) -> dict[str, str]:
    """Match columns with classes.

    Args:
        raw: a table of text.
        spare: columns that say something else: images, truth, parts.
        truth: classes that the truth has.
        class_map: equations between classes; a column that they name is an answer, whatever it is called.
        name: of the table, for errors.

    Returns:
        class -> column, in the order of the table. Where the truth has two classes it may be one column
        alone.

    Raises:
        TableError: a class of the truth has no column, or two.
    """
    rest = raw[[column for column in raw if column not in spare]]
    parts = [part for parts in class_map.values() for part in parts]
    numeric = numeric_columns(rest, parts)
    explicit = {column: column for column in numeric if column in parts}
    known = tuple(dict.fromkeys([*truth, *class_map, *parts]))
    family = _best(_families([one for one in numeric if one not in explicit], known), known)
    wanted = {coarse_name(one, class_map) for one in truth}
    if family is None or wanted <= {coarse_name(one, class_map) for one in explicit}:
        family = _Family("")
    if family.twice:
        raise TableError(several(f"{name}: several columns answer one class:", family.twice))
    of_column = {column: one for one, column in {**family.by_class, **explicit}.items()}
    found = {of_column[column]: column for column in numeric if column in of_column}
    if not found and wanted <= {*BINARY_CLASS_NAMES}:
        found = _lone(numeric)
    _check(found, wanted, class_map, (name, numeric))
    return found


def numeric_columns(raw: pd.DataFrame, parts: Collection[str] = ()) -> list[str]:
    """Columns most of whose cells are numbers, and those among `parts`."""
    numbers = zeros_and_ones(raw)
    return [str(column) for column in raw if column in parts or numbers[column].notna().mean() > 0.5]


def _check(
    found: Mapping[str, str], wanted: Collection[str], class_map: ClassMap, about: tuple[str, Sequence[str]]
) -> None:
    """Stop where a class of the truth cannot be answered; `about`: the table's name, columns of numbers."""
    answered = {coarse_name(one, class_map) for one in found}
    missing = sorted(set(wanted) - answered)
    if len(answered) == 1 and len(missing) <= 1 and len(wanted) == 2:
        return
    if missing or len(answered) < 2:
        name, numeric = about
        raise TableError(
            f"{name}: no column answers {', '.join(missing or ['a second class'])}; columns of numbers: "
            f"{', '.join(numeric[:12]) or 'none'}. Call each by its class, or say it: "
            f"--map {(missing or ['CLASS'])[0]}=COLUMN"
        )


def _families(numeric: Sequence[str], known: Sequence[str]) -> list[_Family]:
    found: dict[str, _Family] = {}
    unmatched: list[tuple[str, str, str]] = []
    for column in numeric:
        matched = _match(column, known)
        if matched is None:
            word, rest = _stripped(column)
            unmatched.append((word, rest, column))
            continue
        word, name = matched
        family = found.setdefault(word, _Family(word))
        if name in family.by_class:
            family.twice.append(f"{name}: {family.by_class[name]} and {column}")
        family.by_class.setdefault(name, column)
    for word, rest, column in unmatched:
        # prob_OTHER beside prob_MEL is a class too, though nobody else knows it
        if word and rest and word in found:
            found[word].by_class.setdefault(rest, column)
    return list(found.values())


def _best(families: Sequence[_Family], known: Sequence[str]) -> _Family | None:
    """The family that answers most of the classes known; of equals the one whose word stands earlier."""

    def rank(family: _Family) -> tuple[int, int]:
        return len(set(known) & set(family.by_class)), -WORDS.index(family.word)

    return max(families, key=rank, default=None)


def _match(column: str, known: Sequence[str]) -> tuple[str, str] | None:
    """The word and the class of a column's name: one of those known, else one of the taxonomy."""
    word, rest = _stripped(column)
    for text, called in ((column, ""), (rest, word)):
        exact = [one for one in known if one == text] or [one for one in known if _alike(one, text)]
        if len(exact) == 1 and text:
            return called, exact[0]
    for text, called in ((column, ""), (rest, word)):
        code = find_class(text) or (text.lower() if text.lower() in BINARY_CLASS_NAMES else None)
        if code is not None:
            return called, code
    return None


def _alike(first: str, second: str) -> bool:
    code = find_class(first)
    return plain_name(first) == plain_name(second) != "" or (code is not None and code == find_class(second))


def _stripped(column: str) -> tuple[str, str]:
    """The first word beside the class, and the name without such words at its ends."""
    tokens = [token for token in re.split(r"[^A-Za-z0-9]+", column) if token]
    words = []
    while tokens and tokens[0].lower() in WORDS:
        words.append(tokens.pop(0).lower())
    while tokens and tokens[-1].lower() in WORDS:
        words.append(tokens.pop().lower())
    last = max(words, key=WORDS.index, default="")
    return last, " ".join(tokens)


def _lone(numeric: Sequence[str]) -> dict[str, str]:
    """The one column that can only be the probability of malignant, as `image,target` of ISIC 2020."""
    lone = [column for column in numeric if not _stripped(column)[1]]
    return {"malignant": lone[0]} if len(lone) == 1 else {}
