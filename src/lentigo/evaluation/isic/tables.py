"""Ground truth and submissions of the ISIC challenges: CSV files in, arrays out, and back.

The rules for a submission are the official ones, and every mistake is told with its line: exactly the
column `image` (`lesion_id` where lesions are answered) and one a category in any order; every image of the
truth once; every cell a number from 0 to
1; and in every column some cell written with a point, for the official scorer refuses whole numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lentigo.data.tables import read_numbered_table, warn, write_table
from lentigo.evaluation.class_map import ClassMap, coarse_name, coarse_names, coarse_probabilities
from lentigo.evaluation.isic.challenges import BY_IMAGE, Challenge
from lentigo.evaluation.metrics import Floats, Ints
from lentigo.settings.errors import TableError, several
from lentigo.settings.toml import did_you_mean

WEIGHTS = ("score_weight", "validation_weight")
WITHOUT_WEIGHT = "ISIC_0035068"
"""The official scorer gives this image of the 2018 and 2019 tests the weight 0 whatever the table says."""

_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_WHOLE = r"[+-]?\d+"


@dataclass(frozen=True)
class Truth:
    """A ground truth: N images, or lesions where those are answered, and K categories."""

    image_ids: tuple[str, ...]
    categories: tuple[str, ...]
    truth: Ints
    """(N,) in 0 .. K-1."""
    score_weight: Floats
    """(N,)."""
    validation_weight: Floats
    """(N,)."""


def read_truth(
    path: Path,
    exclude: Sequence[str] = (),
    class_map: ClassMap | None = None,
    challenge: Challenge = BY_IMAGE,
) -> Truth:
    """Read a ground truth, one-hot as floats or integers, with its weights where it has some.

    Args:
        path: `image`, one column a category, perhaps `score_weight` and `validation_weight`.
        exclude: images that get the weight 0.
        class_map: categories to be put together.
        challenge: what the rows are called, and which categories there must be.

    Raises:
        TableError: a row that is not one-hot, a bad weight, a repeated image, an image to exclude that is not
            there, categories of another challenge; names lines.
    """
    table = _read(path, challenge)
    columns = [name for name in table.columns if name not in ("image", *WEIGHTS)]
    if len(columns) < 2:
        raise TableError(f"{path} has no categories; expected `image` and one column a category")
    hot = _numbers(table, columns)
    problems = [*_repeated(table, challenge.noun), *_not_one_hot(table, hot)]
    if challenge.has_fixed_categories:
        problems += _other_categories(columns, challenge)
    problems += [f"--exclude {name}: not in it" for name in exclude if name not in set(table["image"])]
    weights = {name: _weights(table, name, problems) for name in WEIGHTS}
    if problems:
        raise TableError(several(f"{path} cannot be used as ground truth:", problems))
    is_counted = ~table["image"].isin(exclude).to_numpy()
    _advise_exclusion(table, weights["score_weight"] * is_counted)
    coarse = coarse_names(columns, class_map or {})
    place = np.array([coarse.index(coarse_name(name, class_map or {})) for name in columns])
    return Truth(
        tuple(table["image"]),
        coarse,
        place[hot.argmax(axis=1)].astype(np.int64),
        weights["score_weight"] * is_counted,
        weights["validation_weight"] * is_counted,
    )


def read_submission(
    path: Path,
    categories: Sequence[str],
    image_ids: Sequence[str],
    class_map: ClassMap | None = None,
    challenge: Challenge = BY_IMAGE,
) -> Floats:
    """Read and check a submission.

    Args:
        path: the file.
        categories: K, those of the truth.
        image_ids: N, those of the truth.
        class_map: classes of the submission to be added up, such as AKIEC = AK + SCC.
        challenge: what the rows are called.

    Returns:
        Answers (N, K) in the order of `image_ids` and `categories`.

    Raises:
        TableError: every breach of the rules, with its line.
    """
    table = _read(path, challenge)
    used = class_map or {}
    columns = [name for name in table.columns if name != "image" and coarse_name(name, used) in categories]
    numbers = _numbers(table, columns)
    problems = [
        *_wrong_columns(table, categories, used),
        *_repeated(table, challenge.noun),
        *_bad_cells(table, columns, numbers),
        *_wrong_rows(table, image_ids, challenge.noun),
    ]
    if problems:
        raise TableError(several(f"{path} is not a valid submission:", problems))
    answers, names = coarse_probabilities(numbers, columns, used)
    rows = pd.Index(table["image"]).get_indexer(pd.Index(list(image_ids)))
    columns_wanted = [names.index(name) for name in categories]
    return np.asarray(answers[rows][:, columns_wanted], dtype=np.float64)


def write_submission(
    path: Path, image_ids: Sequence[str], answers: Floats, challenge: Challenge = BY_IMAGE
) -> None:
    """Write answers (N, K), every number with a point, and read the file back by the official rules.

    Raises:
        TableError: a number is not in [0, 1], or an image comes twice.
    """
    columns = {
        name: [repr(float(value)) for value in answers[:, place]]
        for place, name in enumerate(challenge.categories)
    }
    write_table(path, pd.DataFrame({challenge.key: list(image_ids), **columns}, dtype=object))
    read_submission(path, challenge.categories, image_ids, challenge=challenge)


def _read(path: Path, challenge: Challenge) -> pd.DataFrame:
    """A table whose column of names is called `image`, whatever the challenge calls it.

    Raises:
        TableError: there is none; says which option reads one that is there.
    """
    table = read_numbered_table(path, ())
    found = next((key for key in challenge.keys if key in table), None)
    if found is None:
        by_lesion = "; for a table of lesions say --challenge milk10k" if "lesion_id" in table else ""
        near = did_you_mean(challenge.key, [str(name) for name in table])
        raise TableError(f"{path} has no column {challenge.key!r}{by_lesion or near}")
    table = table.rename(columns={found: "image"})
    table["image"] = stripped(table["image"])
    return table


def _other_categories(columns: Sequence[str], challenge: Challenge) -> Iterator[str]:
    """What makes the columns of a truth others than those of its challenge."""
    for name in challenge.categories:
        if name not in columns:
            yield f"line 1: no column {name!r}, a category of {challenge.title}{did_you_mean(name, columns)}"
    for name in columns:
        if name not in challenge.categories:
            yield f"line 1: column {name!r} is not a category of {challenge.title}"


def stripped(names: pd.Series[str]) -> pd.Series[str]:
    """Image ids without `.jpg`, in any case, and without blanks around them."""
    return names.str.strip().str.replace(r"\.jpg$", "", regex=True, case=False)


def _numbers(table: pd.DataFrame, columns: list[str]) -> Floats:
    """Cells as numbers (N, C); nan for what is none."""
    found = np.full((len(table), len(columns)), np.nan)
    for place, name in enumerate(columns):
        text = table[name].str.strip()
        found[:, place] = pd.to_numeric(text.where(text.str.fullmatch(_NUMBER)), errors="coerce")
    return found


def _repeated(table: pd.DataFrame, noun: str) -> Iterator[str]:
    for line in table.index[table["image"].duplicated()]:
        yield f"line {line}: {noun} {table['image'][line]} appears again"
    for line in table.index[table["image"] == ""]:
        yield f"line {line}: no {noun}"


def _not_one_hot(table: pd.DataFrame, hot: Floats) -> Iterator[str]:
    is_fine = np.isin(hot, (0.0, 1.0)).all(axis=1) & (hot.sum(axis=1) == 1)
    for line in table.index[~is_fine]:
        yield f"line {line}: {table['image'][line]} needs exactly one 1 and else 0"


def _weights(table: pd.DataFrame, name: str, problems: list[str]) -> Floats:
    """A column of weights (N,); 1 where there is none. Adds to `problems`."""
    if name not in table:
        return np.ones(len(table))
    found = _numbers(table, [name])[:, 0]
    is_wrong = ~(found >= 0)
    problems += [
        f"line {line}, {name}: {table[name][line]!r} is not a number of 0 or more"
        for line in table.index[is_wrong]
    ]
    return found


def _advise_exclusion(table: pd.DataFrame, weights: Floats) -> None:
    if (weights[(table["image"] == WITHOUT_WEIGHT).to_numpy()] > 0).any():
        warn(f"the official scorer leaves {WITHOUT_WEIGHT} out; do the same with --exclude {WITHOUT_WEIGHT}")


def _wrong_columns(table: pd.DataFrame, categories: Sequence[str], class_map: ClassMap) -> Iterator[str]:
    given = [name for name in table.columns if name != "image"]
    coarse = coarse_names(given, class_map)
    spare = [name for name in given if coarse_name(name, class_map) not in categories]
    for name in categories:
        if name not in coarse:
            remedy = "; say --map AKIEC=AK+SCC" if name == "AKIEC" and {"AK", "SCC"} <= set(given) else ""
            yield f"line 1: no column {name!r}{remedy or did_you_mean(name, spare)}"
    for name in spare:
        yield f"line 1: column {name!r} is not a category of the truth"


def _bad_cells(table: pd.DataFrame, columns: list[str], numbers: Floats) -> Iterator[str]:
    for place, name in enumerate(columns):
        cells, values = table[name], numbers[:, place]
        for row in np.flatnonzero(~((values >= 0) & (values <= 1))).tolist():
            text = cells.iloc[row].strip()
            reason = "is empty" if not text else f"{text!r} is not a number from 0 to 1"
            yield f"line {table.index[row]}, {name}: {reason}"
        if cells.str.strip().str.fullmatch(_WHOLE).all():
            yield f"column {name!r}: only whole numbers, which the official scorer refuses; write 0.0 and 1.0"


def _wrong_rows(table: pd.DataFrame, image_ids: Sequence[str], noun: str) -> Iterator[str]:
    wanted, given = set(image_ids), set(table["image"])
    for line in table.index[~table["image"].isin(wanted)]:
        yield f"line {line}: {noun} {table['image'][line]} is not in the truth"
    missing = [name for name in image_ids if name not in given]
    if missing:
        yield f"{len(missing)} {noun}s of the truth are missing, such as {', '.join(missing[:3])}"
