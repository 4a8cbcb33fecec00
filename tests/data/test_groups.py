"""Groups: connected components, checked by hand and against a slow search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lentigo.data.groups import KEYS, group_ids, largest_group, warn_of_chains
from lentigo.data.tables import LentigoWarning

TableMaker = Callable[..., pd.DataFrame]


def test_links_of_every_kind_chain(make_table: TableMaker) -> None:
    table = make_table(
        image_id=["f", "e", "d", "c", "b", "a", "z"],
        lesion_id=["L1", "L1", "", "", "", "", ""],
        patient_id=["", "P1", "P1", "", "", "", ""],
        duplicate_group=["", "", "D1", "D1", "", "", ""],
        sha256=["", "", "", "H", "H", "", ""],
    )
    assert group_ids(table).tolist() == ["b", "b", "b", "b", "b", "a", "z"]


def test_empty_ids_link_nothing(make_table: TableMaker) -> None:
    table = make_table(image_id=["a", "b", "c"])
    assert group_ids(table).tolist() == ["a", "b", "c"]


def test_the_same_text_as_lesion_and_as_patient_is_not_a_link(make_table: TableMaker) -> None:
    table = make_table(image_id=["a", "b"], lesion_id=["7", ""], patient_id=["", "7"])
    assert group_ids(table).tolist() == ["a", "b"]


def test_the_largest_group() -> None:
    groups = np.array(["b", "a", "b", "c", "a"], dtype=object)
    assert largest_group(groups) == ("a", 2)


def test_a_chain_of_more_than_fifty_is_a_warning() -> None:
    warn_of_chains(np.array(["a"] * 50, dtype=object))
    with pytest.warns(LentigoWarning, match="'a' has 51 images"):
        warn_of_chains(np.array(["a"] * 51, dtype=object))


IDS = st.sampled_from(["", "", "1", "2", "3", "4"])


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(IDS, IDS, IDS, IDS), min_size=1, max_size=12), data=st.data())
def test_against_a_slow_search_and_in_any_order(
    make_table: TableMaker, rows: list[tuple[str, ...]], data: st.DataObject
) -> None:
    table = make_table(**{key: [row[place] for row in rows] for place, key in enumerate(KEYS)})
    found = dict(zip(table["image_id"], group_ids(table), strict=True))
    assert list(found.values()) == slow_groups(table)
    order = data.draw(st.permutations(range(len(rows))))
    shuffled = table.iloc[order].reset_index(drop=True)
    assert dict(zip(shuffled["image_id"], group_ids(shuffled), strict=True)) == found


def slow_groups(table: pd.DataFrame) -> list[str]:
    """Spread the smallest image_id along links until nothing changes."""
    names = table["image_id"].tolist()
    is_linked = [
        [any(a[key] and a[key] == b[key] for key in KEYS) for _, b in table.iterrows()]
        for _, a in table.iterrows()
    ]
    for _ in names:
        names = [
            min([names[i], *(names[j] for j in range(len(names)) if is_linked[i][j])])
            for i in range(len(names))
        ]
    return names


def test_real_data_has_the_groups_it_is_said_to_have(shared: Path, tmp_path: Path) -> None:
    from lentigo.data.copies.duplicates import with_duplicates
    from lentigo.data.sources import isic

    folder = shared / "data" / "isic2019-small"
    source = with_duplicates(isic.read(folder), folder / "provenance.csv")
    assert len(source.table) == 8114
    assert len(set(group_ids(source.table))) == 7626
