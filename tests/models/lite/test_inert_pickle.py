"""Pickles of plain data are read; anything else stays a name, or is refused."""

from __future__ import annotations

import os
import pickle
from collections import OrderedDict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.models.lite.inert_pickle import Call, Named, read_inert
from lentigo.settings.errors import ModelError

leaves = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | st.text()
plain = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(), inner, max_size=4)
        | st.tuples(inner)
        | st.tuples(inner, inner, inner, inner)
    ),
    max_leaves=12,
)


@given(plain)
def test_plain_data_come_back(value: Any) -> None:
    assert read_inert(pickle.dumps(value, protocol=2)) == value


def test_an_ordered_dict_is_a_call_with_items() -> None:
    read = read_inert(pickle.dumps(OrderedDict(a=1, b=[2]), protocol=2))
    assert isinstance(read, Call)
    assert read.function == "collections OrderedDict"
    assert read.items == {"a": 1, "b": [2]}


def test_a_function_is_only_a_name() -> None:
    assert read_inert(pickle.dumps(os.system, protocol=2)) == Named(f"{os.name} system")


def test_calling_what_is_no_name_is_refused() -> None:
    with pytest.raises(ModelError, match="not a name"):
        read_inert(b"\x80\x02K\x01)R.")


@pytest.mark.parametrize("instruction", [b"\x81", b"i" + b"os\nsystem\n", b"o", b"\x93", b"\x82\x01"])
def test_instructions_that_make_objects_are_refused(instruction: bytes) -> None:
    with pytest.raises(ModelError, match=r"refused|damaged"):
        read_inert(b"\x80\x02(" + instruction + b".")


def test_a_pickle_without_end_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        read_inert(b"\x80\x02K\x01")
