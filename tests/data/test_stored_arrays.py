"""Arrays under their keys survive kills and damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lentigo.data.stored_arrays import StoredArrays
from lentigo.settings.errors import DataError

FACTS = {"weights": "a"}


def opened(folder: Path, dtype: str = "float32", **facts: str) -> StoredArrays:
    return StoredArrays(folder / "stored", (2, 3), dtype, {**FACTS, **facts})


def keys(*pairs: tuple[int, int]) -> np.ndarray:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def values(*numbers: float) -> np.ndarray:
    return np.array(numbers, np.float32)[:, None, None] + np.arange(6, dtype=np.float32).reshape(2, 3)


def filled(folder: Path) -> StoredArrays:
    stored = opened(folder)
    stored.append(keys((5, 1), (7, 1)), values(10, 20))
    stored.append(keys((5, 2)), values(30))
    return stored


def read(stored: StoredArrays, *pairs: tuple[int, int]) -> np.ndarray:
    rows, views = keys(*pairs).T
    return stored.read(rows, views)


def test_what_was_put_down_is_read_by_its_key_in_any_order(tmp_path: Path) -> None:
    for stored in (filled(tmp_path), opened(tmp_path)):  # at once, and by another process
        np.testing.assert_array_equal(read(stored, (5, 2), (5, 1), (7, 1)), values(30, 10, 20))
        wanted = keys((7, 1), (9, 1), (5, 1), (7, 2))
        assert stored.missing(wanted).tolist() == [[9, 1], [7, 2]]
    assert opened(tmp_path).missing(keys()).tolist() == []


def test_arrays_of_other_facts_are_begun_anew(tmp_path: Path) -> None:
    filled(tmp_path)
    other = opened(tmp_path, weights="b")
    assert len(other.missing(keys((5, 1)))) == 1
    other.append(keys((5, 1)), values(1))
    np.testing.assert_array_equal(read(opened(tmp_path, weights="b"), (5, 1)), values(1))
    assert len(opened(tmp_path).missing(keys((5, 1)))) == 1


def test_a_kill_while_writing_costs_the_block_that_was_being_written(tmp_path: Path) -> None:
    folder = filled(tmp_path).folder
    with (folder / "values.bin").open("ab") as handle:
        handle.write(b"half a block")
    with (folder / "index.jsonl").open("a") as handle:
        handle.write('{"keys": [[8, 1')
    stored = opened(tmp_path)
    assert stored.missing(keys((5, 2), (8, 1))).tolist() == [[8, 1]]
    stored.append(keys((8, 1)), values(40))
    np.testing.assert_array_equal(read(opened(tmp_path), (8, 1), (5, 2), (7, 1)), values(40, 30, 20))


def test_a_damaged_block_and_those_after_it_are_made_anew(tmp_path: Path) -> None:
    folder = filled(tmp_path).folder
    content = bytearray((folder / "values.bin").read_bytes())
    content[2 * 24 + 3] ^= 1  # in the second block
    (folder / "values.bin").write_bytes(content)
    stored = opened(tmp_path)
    assert stored.missing(keys((5, 1), (7, 1), (5, 2))).tolist() == [[5, 2]]
    (folder / "values.bin").unlink()
    assert len(opened(tmp_path).missing(keys((5, 1), (7, 1), (5, 2)))) == 3


def test_halves_are_rounded_once_and_what_does_not_fit_them_is_refused(tmp_path: Path) -> None:
    stored = opened(tmp_path, "float16")
    stored.append(keys((0, 1)), values(0.1))
    np.testing.assert_array_equal(read(stored, (0, 1)), values(0.1).astype(np.float16).astype(np.float32))
    with pytest.raises(DataError, match=r"do not fit float16; set stored.type = 'float32'"):
        stored.append(keys((1, 1)), values(70_000))
