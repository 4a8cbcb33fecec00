"""Cells that a spreadsheet would run: set off, and given back as they were."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.data.cells import as_it_was, harmless, without_half_characters

TEXTS = st.text(max_size=8) | st.text("'=+-@\t\r\n \uff1d1.e", max_size=8)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd()", "'=cmd()"),
        ("+1-1", "'+1-1"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\rx", "'\rx"),
        (" =1", "' =1"),
        ("\uff1dcmd()", "'\uff1dcmd()"),
        ("'=1", "''=1"),
        ("-1.5e-05", "-1.5e-05"),
        ("+.5", "+.5"),
        ("-\u0663", "'-\u0663"),  # a digit to Python's int(), not to a spreadsheet
        ("ISIC_=1", "ISIC_=1"),
        ("'tis", "'tis"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_run_is_set_off_and_numbers_are_not(text: str, cell: str) -> None:
    assert harmless(text) == cell


@given(TEXTS)
def test_every_text_comes_back_and_no_cell_begins_as_a_formula(text: str) -> None:
    cell = harmless(text)
    assert as_it_was(cell) == text
    if cell[:1] in {*"=+-@\t\r"} and cell:
        float(cell)


@given(TEXTS, TEXTS)
def test_different_texts_are_different_cells(one: str, other: str) -> None:
    assert (harmless(one) == harmless(other)) == (one == other)


def test_names_of_another_encoding_are_shown_escaped() -> None:
    assert without_half_characters(os.fsdecode(b"M\xe4rz-\xc3\xa4")) == "M\\udce4rz-\u00e4"
