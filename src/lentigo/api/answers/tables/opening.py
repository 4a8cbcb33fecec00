"""Somebody's answers, the truth, and what was learnt from in; `Answers`, guarded against leaks, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.source import Asked
from lentigo.api.answers.tables.given import Given, GivenTable, as_text, given_table
from lentigo.api.answers.tables.known import Known, read_known
from lentigo.api.answers.tables.reading import NO_PART, Answered, ReadOptions, read_answered
from lentigo.api.answers.tables.source import TableSource
from lentigo.api.answers.tables.trained_on import (
    TRAIN,
    TrainedOn,
    check_fitted,
    check_trained,
    grouped,
    trained_on,
)
from lentigo.api.answers.validation_fit import VALIDATION, Validation
from lentigo.data.tables import warn
from lentigo.data.taxonomy import malignant_classes
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.intervals.sample import sample
from lentigo.evaluation.predictions import NO_FOLD, Predictions
from lentigo.settings.errors import DataError, SettingsError
from lentigo.settings.recipe import Task

Json = dict[str, Any]


@dataclass(frozen=True)
class TableOptions:
    """What may be said of somebody's answers."""

    truth: Given | None = None
    """A table, a manifest or DataFrame with the class of each image, or classes (N,) in the order of the
    answers; None where the answers' own table says it."""
    validation: Given | None = None
    """Answers on other images, to fit calibration and thresholds on."""
    trained_on: Given | None = None
    """A list or manifest of the images learnt from; of one that divides images into parts, train counts."""
    part: str = ""
    """Which rows are judged, where the table says parts: by default validation, or the only one."""
    class_names: Sequence[str] = ()
    """(K,) columns of an array."""
    groups: ArrayLike | None = None
    """(N,) what is kept together, in the order of the answers."""
    malignant: tuple[str, ...] = ()
    """Classes that count as malignant; by default the study's."""
    allow_leak: bool = False
    reading: ReadOptions = field(default_factory=ReadOptions)


@dataclass(frozen=True)
class OpenedTable:
    """Answers of a stranger, ready to be judged."""

    answers: Answers
    facts: Json
    """How they were read and checked; `answers` of the entry in `evaluation.json`."""
    shared_groups: int | None
    """With what was learnt from; None where that is not known."""
    validation: Predictions | None = None


def open_table(given: Given, options: TableOptions, asked: Asked | None = None) -> OpenedTable:
    """Read answers and truth, and make them what is judged.

    Raises:
        TableError, DataError: something cannot be read or does not fit together; says what and where.
        LeakError: images, or their groups, were learnt from or would be fitted on.
    """
    truth, answered = _read(given, options)
    rest, validation = _divided(answered, truth, options)
    columns = _group_columns(options)
    trained = trained_on(_listed(options), truth, answered.known)
    leaked, shared = check_trained(rest.known, trained, columns, options.allow_leak)
    if validation is not None and rest is not validation:
        leaked |= check_fitted(rest.known, validation.known, columns, options.allow_leak)
    malignant = _malignant(answered.class_names, options.malignant)
    source = _source(rest, truth, (trained, leaked), options)
    source = replace(source, fitted_on=_validation(validation, malignant, columns))
    groups = grouped([rest.known], columns)[0]
    _warn_of_groups(rest.known, groups)
    context = Context(_part(rest, options), "", malignant, leaked)
    answers = Answers(_predictions(rest, context.part), groups, context, source, asked or Asked())
    facts = {**answered.facts, "leak_checked": trained is not None}
    held = None if validation is None else _predictions(validation, VALIDATION)
    return OpenedTable(answers, facts, shared if trained is not None else None, held)


def _read(given: Given, options: TableOptions) -> tuple[Known | None, Answered]:
    """What is known of images, and the answers with it."""
    table = given_table(given, "the answers", options.class_names)
    truth, reading = options.truth, _reading(options)
    if truth is not None and not isinstance(truth, str | pd.DataFrame) and not hasattr(truth, "is_file"):
        table, truth = _with_column(table, "truth", _class_texts(truth, options.class_names)), None
    if options.groups is not None:
        table = _with_column(table, "given_group", options.groups)
    known = None if truth is None else read_known(truth, "the truth", _further(reading))
    return known, read_answered(table, known, reading)


def _divided(
    answered: Answered, truth: Known | None, options: TableOptions
) -> tuple[Answered, Answered | None]:
    """The images to be judged, and those to be fitted on."""
    parts = answered.known["part"].replace("", NO_PART)
    wanted = options.part or _default_part(parts, options)
    if wanted == TRAIN or wanted not in set(parts):
        there = ", ".join(sorted(set(parts) - {TRAIN})) or "none but train"
        raise DataError(
            f"{answered.facts['name']} holds no answers of part {wanted!r} to judge; only {there}"
        )
    judged = answered.chosen((parts == wanted).to_numpy())
    if options.validation is not None:
        return judged, _validation_table(options.validation, answered, truth, options)
    if wanted == VALIDATION:
        return judged, judged
    is_validation = (parts == VALIDATION).to_numpy()
    return judged, answered.chosen(is_validation) if is_validation.any() else None


def _default_part(parts: pd.Series[str], options: TableOptions) -> str:
    """Validation, as of a run; the only part where there is but one, or where validation is given apart."""
    others = sorted(set(parts) - {TRAIN})
    if options.validation is not None:
        others = sorted(set(others) - {VALIDATION}) or others
    if len(others) > 1 and VALIDATION not in others:
        raise SettingsError(f"the answers are of the parts {', '.join(others)}; say which to judge: --part")
    return VALIDATION if VALIDATION in others else next(iter(others), NO_PART)


def _validation_table(
    given: Given, answered: Answered, truth: Known | None, options: TableOptions
) -> Answered:
    """Answers on other images, in the same classes."""
    table = given_table(given, "the validation answers", options.class_names)
    found = read_answered(table, truth, _reading(options))
    if set(found.class_names) != set(answered.class_names):
        raise DataError(
            f"{found.facts['name']} answers {', '.join(found.class_names)}, and {answered.facts['name']} "
            f"{', '.join(answered.class_names)}; both need the same classes"
        )
    is_validation = (found.known["part"] == VALIDATION).to_numpy()
    return found.chosen(is_validation) if is_validation.any() else found


def _validation(
    found: Answered | None, malignant: tuple[str, ...], columns: tuple[str, ...]
) -> Validation | None:
    if found is None:
        return None
    truth = _predictions(found, VALIDATION).truth_indices()
    groups = grouped([found.known], columns)[0]
    return Validation(sample(truth, found.probabilities, groups), found.class_names, malignant)


def _predictions(found: Answered, part: str) -> Predictions:
    return Predictions(
        found.known["image_id"].to_numpy(dtype=object),
        np.array(part),
        np.array(NO_FOLD),
        found.known["class"].to_numpy(dtype=object),
        found.probabilities,
        found.class_names,
    )


def _part(found: Answered, options: TableOptions) -> str:
    return options.part or str(found.known["part"].iloc[0]) or NO_PART


def _source(
    found: Answered, truth: Known | None, checked: tuple[TrainedOn | None, bool], options: TableOptions
) -> TableSource:
    """Whoever gave the answers; `checked`: what was learnt from, and whether anything leaks."""
    facts, (trained, leaked) = found.facts, checked
    told = {"Answers": f"{facts['name']}, read as {facts['read_as']}"}
    if leaked:
        told["Leaks"] = "found, and allowed"
    elif trained is None:
        told["Leaks"] = "not checked: nobody has said what was learnt from"
    else:
        told["Leaks"] = f"none among {len(trained.table):,} images learnt from"
    if facts["n_truths_without_answer"]:
        told["Not answered"] = f"{facts['n_truths_without_answer']:,} images whose truth is known"
    named = facts["name"].replace("\\", "/").rpartition("/")[2]
    subgroups = options.reading.subgroup_columns
    return TableSource(
        named, facts["path"], found.class_names, found.known, truth, trained, None, subgroups, told
    )


def _listed(options: TableOptions) -> Known | None:
    if options.trained_on is None:
        return None
    return read_known(options.trained_on, "what was learnt from", _group_columns(options))


def _malignant(class_names: Sequence[str], asked: tuple[str, ...]) -> tuple[str, ...]:
    """The classes that count as malignant; none where the usual ones do not divide these classes."""
    strangers = [name for name in asked if name not in class_names]
    if strangers:
        raise SettingsError(
            f"--malignant {strangers[0]}: no such class; the answers are for {', '.join(class_names)}"
        )
    try:
        return malignant_classes(class_names, Task(malignant=asked) if asked else Task())
    except SettingsError:
        if asked:
            raise
        return ()


def _group_columns(options: TableOptions) -> tuple[str, ...]:
    return (*options.reading.group_columns, *(["given_group"] if options.groups is not None else []))


def _reading(options: TableOptions) -> ReadOptions:
    return replace(options.reading, group_columns=_group_columns(options))


def _further(reading: ReadOptions) -> tuple[str, ...]:
    return (*reading.group_columns, *reading.subgroup_columns)


def _with_column(table: GivenTable, name: str, values: ArrayLike) -> GivenTable:
    array = np.asarray(values)
    if array.shape != (len(table.raw),):
        raise DataError(
            f"{name}: an array of shape {array.shape} for {len(table.raw)} answers; give one an image"
        )
    column = as_text(pd.DataFrame({name: array}, index=table.raw.index))[name]
    return replace(table, raw=table.raw.assign(**{name: column}))


def _class_texts(truth: ArrayLike, class_names: Sequence[str]) -> NDArray[Any]:
    """Classes by name; whole numbers are places among `class_names`."""
    array = np.asarray(truth)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer) or not len(class_names):
        return array
    if array.min(initial=0) < 0 or array.max(initial=0) >= len(class_names):
        raise DataError(f"truth must be in 0 .. {len(class_names) - 1}, the places among class_names")
    return np.asarray(np.array(class_names, dtype=object)[array])


def _warn_of_groups(known: pd.DataFrame, groups: NDArray[Any]) -> None:
    if not (known[["lesion_id", "patient_id"]] != "").to_numpy().any() and len(set(groups)) == len(known):
        warn(
            "nothing says which images show one lesion or one person: each counts as independent, "
            "and intervals "
            "are too narrow if some are not; name a column with --group, or a table with lesion_id"
        )
