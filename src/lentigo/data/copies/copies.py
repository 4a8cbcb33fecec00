"""Images of one or several lists in, pairs that are one photograph out: same id, bytes, pixels, look.

Of many equal files only so many pairs are named as join them: one fewer than there are files.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from lentigo.data.copies.near_duplicates.finding import find_near_duplicates
from lentigo.data.groups import smallest_of_components
from lentigo.data.images.looking import Brightness, Look, same_pixels
from lentigo.data.sources.reading.original_names import names_within, original_names
from lentigo.settings.phases import Phases

KINDS = ("image", "bytes", "pixels", "near", "twin")
"""The same id, the same bytes, the same pixels, a near-duplicate, a copy by its name (`x_aug_1`)."""
COLUMNS = ("first", "second", "kind", "agreement", "change")

Rows = npt.NDArray[np.int64]


def pairs_by_id(image_ids: Sequence[str]) -> pd.DataFrame:
    """Pairs of rows with the same id, and of rows whose names say that they were made from one image.

    Returns:
        `COLUMNS`: first and second (rows, first < second), kind; agreement is NaN and change empty.
    """
    ids = pd.Series(list(image_ids), dtype=str)
    plain = pd.Series(original_names(ids.tolist()), dtype=str)
    firsts = ids.drop_duplicates().index.to_numpy()
    twins = _table(*_chain(plain.iloc[firsts]), "twin")
    return pd.concat([_table(*_chain(ids), "image"), twins], ignore_index=True)


def pairs_by_content(
    looks: Sequence[Look[Brightness]],
    paths: Sequence[Path],
    compare: bool = True,
    progress: Phases | None = None,
) -> pd.DataFrame:
    """Pairs of rows with the same bytes, the same pixels, or that are near-duplicates.

    Args:
        looks: what became of each file (N); those that cannot be used have no pairs.
        paths: the files (N).
        compare: look for near-duplicates too.
        progress: called with (phase, done, total).

    Returns:
        `COLUMNS`; agreement and change as of `find_near_duplicates`, agreement 1 for the same pixels.
    """
    hashes = pd.Series([look.sha256 if look.sketch is not None else "" for look in looks], dtype=str)
    found = [_table(*_chain(hashes), "bytes", 1.0)]
    rows = hashes[hashes != ""].drop_duplicates().index.to_numpy()
    same = _same_pixels(rows, looks, paths)
    found.append(_table(*_chain(same), "pixels", 1.0))
    rows = np.array([row for row in rows if row not in set(same[same.duplicated()].index)], dtype=np.int64)
    if compare and len(rows) > 1:
        sketches = [sketch for row in rows if (sketch := looks[row].sketch) is not None]
        near = find_near_duplicates(sketches, progress)
        pairs = _table(rows[near["first"]], rows[near["second"]], "near", near["agreement"].to_numpy())
        found.append(pairs.assign(change=near["change"].to_numpy()))
    return pd.concat(found, ignore_index=True)


def but_views(pairs: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Pairs but those that look alike for being two views of one lesion, which is what they are.

    Args:
        pairs: `COLUMNS`; the same bytes or pixels are a copy whatever a table calls them.
        table: lesion_id and view of each row, empty where not known.
    """
    first, second = (table.iloc[pairs[name].to_numpy(dtype=np.int64)] for name in ("first", "second"))
    lesions, views = first["lesion_id"].to_numpy(), first["view"].to_numpy()
    is_one_lesion = (lesions == second["lesion_id"].to_numpy()) & (lesions != "")
    others = second["view"].to_numpy()
    are_views = is_one_lesion & (views != others) & (views != "") & (others != "")
    is_kept = np.asarray(~(are_views & pairs["kind"].isin(["near", "twin"]).to_numpy()), dtype=np.bool_)
    return pairs.loc[is_kept].reset_index(drop=True)


def within(image_ids: Sequence[str]) -> npt.NDArray[np.object_]:
    """The cluster of each row (N,) whose name holds another's, or is held; empty for others."""
    row_of = {name: row for row, name in reversed(list(enumerate(image_ids)))}
    held = names_within(image_ids)
    pairs = [(row, row_of[name]) for row, name in enumerate(held) if name]
    return clusters(pd.DataFrame(pairs, columns=["first", "second"], dtype=np.int64), len(held))


def clusters(pairs: pd.DataFrame, num_rows: int) -> npt.NDArray[np.object_]:
    """The cluster of each row (N,), named by its first row; empty for rows without a pair."""
    first, second = (pairs[name].to_numpy(dtype=np.int64) for name in ("first", "second"))
    names = smallest_of_components(num_rows, first, second).astype(str).astype(np.object_)
    is_paired = np.isin(np.arange(num_rows), np.concatenate([first, second]))
    return np.where(is_paired, names, "")


def _same_pixels(rows: Rows, looks: Sequence[Look[Brightness]], paths: Sequence[Path]) -> pd.Series[str]:
    """Of rows whose sketches are equal, a number of their pixels; the index is the row."""
    sketches = pd.Series([_sketch_bytes(looks[row]) for row in rows], index=rows)
    suspects = sketches[sketches.duplicated(keep=False)].index
    return pd.Series(same_pixels([paths[row] for row in suspects]), index=suspects).astype(str)


def _sketch_bytes(look: Look[Brightness]) -> bytes:
    assert look.sketch is not None  # rows with a hash alone come here
    return f"{look.width}x{look.height} ".encode() + look.sketch.tobytes()


def _chain(values: pd.Series[str]) -> tuple[Rows, Rows]:
    """Neighbours among the rows of each value that is not empty: first and second, labels of the index."""
    values = values[values != ""].sort_values(kind="stable")
    is_same = (values.to_numpy()[1:] == values.to_numpy()[:-1]) if len(values) else np.empty(0, dtype=bool)
    labels = values.index.to_numpy(dtype=np.int64)
    return labels[:-1][is_same], labels[1:][is_same]


def _table(first: Rows, second: Rows, kind: str, agreement: float | Rows = np.nan) -> pd.DataFrame:
    ends = np.sort(np.stack([first, second]), axis=0)
    rows = {"first": ends[0], "second": ends[1], "kind": kind, "agreement": agreement, "change": ""}
    return pd.DataFrame(rows, columns=list(COLUMNS))
