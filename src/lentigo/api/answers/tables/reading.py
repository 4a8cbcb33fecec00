"""Somebody's answers and the truth in; rows that have both, in one form, out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from lentigo.api.answers.tables.answer_columns import find_answer_columns, numeric_columns
from lentigo.api.answers.tables.given import GivenTable
from lentigo.api.answers.tables.known import Known, check_columns, filled, key_of, known_of, with_classes
from lentigo.api.answers.tables.outputs import Outputs, read_outputs
from lentigo.data.metadata.column_names import fact_columns, plain_name
from lentigo.data.sources.reading.columns import PART_NAMES, label_columns, one_hot_columns, zeros_and_ones
from lentigo.data.sources.reading.names import part_of
from lentigo.data.tables import warn
from lentigo.data.taxonomy import order_classes
from lentigo.evaluation.class_map import ClassMap, coarse_probabilities
from lentigo.evaluation.metrics import Floats
from lentigo.settings.errors import DataError, TableError, several

NO_PART = "external"
"""The part of answers that do not say which they are of."""
NOT_FACTS = ("image_type", "skin_tone")
"""What tables may say of images that nothing is computed from here."""


@dataclass(frozen=True)
class ReadOptions:
    """How tables are read."""

    class_map: ClassMap = field(default_factory=dict)
    """`MEL = prob_0`, or `AKIEC = AK + SCC`: columns and classes that become one class."""
    group_columns: tuple[str, ...] = ()
    """Columns by which images are kept together, beside lesion and patient."""
    subgroup_columns: tuple[str, ...] = ()
    """Columns whose values are subgroups, beside sex, age, site and source."""


@dataclass(frozen=True)
class Answered:
    """Images with an answer and a truth."""

    known: pd.DataFrame
    """As `Known.table`, one row an image, every class known."""
    probabilities: Floats
    """(N, K)."""
    class_names: tuple[str, ...]
    facts: dict[str, Any]
    """How it was read: `name`, `sha256`, `read_as`, `columns`, `aside`, counts of images without a
    partner."""

    def chosen(self, rows: Any) -> Answered:
        """Some of the rows."""
        return Answered(self.known[rows], self.probabilities[rows], self.class_names, self.facts)


def read_answered(table: GivenTable, truth: Known | None, options: ReadOptions) -> Answered:
    """Match answers with the truth, by the ids of images.

    Args:
        table: the answers; perhaps with the truth, the part and more about each image.
        truth: what is known of the images; where it is None the answers' table says their class.
        options: see `ReadOptions`.

    Raises:
        TableError: no truth, no column for a class, an image answered twice, or cells that are no answers.
        DataError: no image has both.
    """
    further = (*options.group_columns, *options.subgroup_columns)
    there = [table.raw, *([] if truth is None else [truth.table])]
    check_columns(there, options.group_columns, "--group")
    check_columns(there, options.subgroup_columns, "--subgroup")
    own, spare = _own(table, truth is None, further)
    known = with_classes(own if truth is None else _joined(own, truth), options.class_map)
    is_known = (known.table["class"] != "").to_numpy()
    if not is_known.any():
        raise DataError(_nothing_in_common(table, truth))
    classes = list(dict.fromkeys(known.table["class"][is_known]))
    columns = find_answer_columns(table.raw, spare, classes, options.class_map, table.name)
    _check_repeats(table)
    outputs = read_outputs(table.raw[list(columns.values())], table.name, table.at)
    names = _both_names(columns, classes) if len(columns) == 1 else tuple(columns)
    summed, coarse = coarse_probabilities(outputs.probabilities, names, options.class_map)
    ordered = order_classes(coarse)
    probabilities = summed[:, [coarse.index(name) for name in ordered]]
    facts = {**_facts(table, spare, columns, outputs), **_counts(known, truth, is_known)}
    found = Answered(known.table[is_known], probabilities[is_known], ordered, facts)
    _warn_of_answer_as_truth(found, truth is None)
    return found


def _own(table: GivenTable, is_truth: bool, further: Sequence[str]) -> tuple[Known, set[str]]:
    """What the answers' own table says of the images, and the columns that say it."""
    raw = table.raw
    others = raw[[name for name in raw if name != table.image]]
    facts = {fact: name for fact, name in fact_columns(others).items() if fact not in NOT_FACTS}
    called = [str(name) for name in others if plain_name(name) in PART_NAMES]
    part = [name for name in called if all(part_of(text) for text in set(raw[name]))]
    labels = [name for name in label_columns(others) if not _has_fractions(raw[name])]
    hot = [] if labels else _one_hot(others)
    spare = {table.image, *facts.values(), *called, *labels, *hot, *(name for name in further if name in raw)}
    kept = [name for name in raw if name in {table.image, *facts.values(), *part, *further}]
    own = table.raw[[*kept, *(labels[:1] or hot)] if is_truth else kept]
    found = known_of(GivenTable(own, table.name, table.image, table.sha256, table.path), further)
    if is_truth and not (found.table["class"] != "").any():
        raise TableError(f"{table.name} does not say the truth; name a table or manifest that does: --truth")
    rows = [key_of(image_id) for image_id in table.image_ids()]
    return Known(found.table.loc[rows], found.name), spare


def _has_fractions(cells: pd.Series[Any]) -> bool:
    numbers = zeros_and_ones(pd.DataFrame({"cell": cells}))["cell"].dropna()
    return bool((numbers % 1 != 0).any())


def _one_hot(raw: pd.DataFrame) -> list[str]:
    """Columns called by bare classes that hold zeros and ones, where other columns hold the answers."""
    hot = one_hot_columns(raw, ())
    rest = [name for name in numeric_columns(raw) if name not in hot and _has_fractions(raw[name])]
    return hot if len(rest) >= 2 or (len(hot) == 2 and rest) else []


def _joined(own: Known, truth: Known) -> Known:
    """The images answered, with what the truth's table says of them before what their own says."""
    theirs = truth.table.reindex(own.table.index).fillna("")
    ids = own.table["image_id"].where(theirs["image_id"] == "", theirs["image_id"])
    rows = Known(theirs.assign(image_id=ids), own.name)
    if own.table.index.has_duplicates:
        return rows
    return filled(rows, Known(own.table.drop(columns="class"), own.name))


def _both_names(columns: dict[str, str], classes: Sequence[str]) -> tuple[str, str]:
    """Names of two classes of which one column gives the second's probability."""
    second = next(iter(columns))
    other = [name for name in classes if name != second]
    return (other[0] if other else f"not {second}"), second


def _check_repeats(table: GivenTable) -> None:
    seen: dict[str, int] = {}
    twice = []
    for row, image_id in enumerate(table.image_ids()):
        first = seen.setdefault(key_of(image_id), row)
        if first != row:
            twice.append(f"{table.at(row)}: {image_id}, as in {table.at(first)}")
    if twice:
        raise TableError(several(f"{table.name} answers images twice; keep one row an image:", twice))


def _facts(
    table: GivenTable, spare: Collection[str], columns: dict[str, str], outputs: Outputs
) -> dict[str, Any]:
    aside = [str(name) for name in table.raw if name not in {*spare, *columns.values()}]
    if outputs.largest_error > 1e-3:
        warn(
            f"{table.name}: rows add up to 1 within {outputs.largest_error:.3f} only, as rounded "
            f"numbers do; each "
            "was divided by its sum"
        )
    return {
        "name": table.name,
        "path": str(table.path or ""),
        "sha256": table.sha256,
        "read_as": outputs.kind,
        "columns": dict(columns),
        "aside": aside,
    }


def _counts(known: Known, truth: Known | None, is_known: Any) -> dict[str, Any]:
    answered = int(is_known.sum())
    without = int((~is_known).sum())
    # images that were trained on are not expected to be answered
    total = (
        answered
        if truth is None
        else int(((truth.table["class"] != "") & (truth.table["part"] != "train")).sum())
    )
    if without:
        first = known.table["image_id"][~is_known].iloc[0]
        warn(f"{without} answers, such as {first}, have no truth and are left aside")
    return {"n_answers_without_truth": without, "n_truths_without_answer": max(total - answered, 0)}


def _nothing_in_common(table: GivenTable, truth: Known | None) -> str:
    theirs = "" if truth is None or truth.table.empty else truth.table["image_id"].iloc[0]
    return (
        f"{table.name} and the truth have no image in common: answers are for images such as "
        f"{table.image_ids()[0]!r} (column {table.image}), the truth is of images such as {theirs!r}"
    )


def _warn_of_answer_as_truth(found: Answered, is_own: bool) -> None:
    answered = np.array(found.class_names)[found.probabilities.argmax(axis=1)]
    if is_own and len(answered) >= 20 and (answered == found.known["class"].to_numpy()).all():
        warn(
            f"{found.facts['name']}: what was taken for the truth is the class with the highest "
            f"probability in "
            "every row; if it is the answer, name the truth: --truth"
        )
