"""What is known beside an image as numbers: by hand, and as properties of any entries."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.data.metadata.encoding import (
    NOTHING,
    OLDEST,
    Known,
    MetadataEncoding,
    encoding_of,
    known_from_texts,
    known_rows,
    read_encoding,
    strangers_in_words,
    width_of,
)
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Metadata

SITES = ("back", "face", "palms/soles")
ALL = MetadataEncoding(("site", "age", "sex"), SITES)  # the order of a recipe does not matter
ages = st.none() | st.floats(-10, 200)
texts = st.sampled_from(["", "female", "male", "back", "face", "elsewhere", "Female"])
rows = st.builds(Known, ages, texts, texts)


def test_encodings_by_hand() -> None:
    known = [
        Known(30.0, "male", "face"),
        Known(50.0, "female", ""),  # a third of the way from 45 to 60
        NOTHING,
        Known(100.0, "", "back"),  # beyond the last knot
    ]
    np.testing.assert_allclose(
        ALL.encode(known),
        [
            # ages 0, 15, 30, 45, 60, 75, 90        female, male  back, face, palms/soles
            [0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0],
            [0, 0, 0, 2 / 3, 1 / 3, 0, 0, 1, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0],
        ],
        atol=1e-7,
    )


@given(st.lists(rows, min_size=1, max_size=5))
def test_each_block_sums_to_one_where_it_is_known_and_to_zero_where_not(known: list[Known]) -> None:
    encoded = ALL.encode(known)
    assert encoded.shape == (len(known), ALL.width)
    assert encoded.dtype == np.float32
    sums = np.stack([encoded[:, block].sum(axis=1) for block in ALL.blocks.values()], axis=1)
    for one, found in zip(known, sums, strict=True):
        is_age = one.age_years is not None and 0 <= one.age_years <= OLDEST
        np.testing.assert_allclose(
            found, [is_age, one.sex in ("female", "male"), one.site in SITES], atol=1e-6
        )
        assert len(ALL.told(one)) == round(found.sum())


@given(st.floats(0, 90))
def test_an_age_is_the_mean_of_its_knots_in_their_shares(age: float) -> None:
    encoding = MetadataEncoding(("age",), ())
    (shares,) = encoding.encode([Known(age)])
    assert shares @ np.array(encoding.age_knots, np.float64) == pytest.approx(age, abs=1e-4)
    assert (shares > 0).sum() <= 2


@given(rows)
def test_what_is_told_alone_and_together_is_the_same(known: Known) -> None:
    parts = [Known(known.age_years), Known(sex=known.sex), Known(site=known.site)]
    np.testing.assert_array_equal(ALL.encode(parts).sum(axis=0), ALL.encode([known])[0])


def test_entries_that_cannot_be_taken_are_counted_and_never_guessed() -> None:
    known = [Known(130.0, "m", "trunk"), Known(20.0, "male", "trunk"), NOTHING]
    assert ALL.strangers(known) == {"site 'trunk'": 2, "age 130.0": 1, "sex 'm'": 1}
    assert MetadataEncoding(("sex",), SITES).strangers(known) == {"sex 'm'": 1}
    assert ALL.encode(known[:1]).sum() == 0
    words = strangers_in_words(ALL.strangers(known), "say other words")
    assert "4 entries" in words
    assert "site 'trunk' (2)" in words
    assert words.endswith("say other words")


def test_how_often_a_field_is_known() -> None:
    assert ALL.known_shares([Known(3.0), Known(sex="male"), Known(4.0, "male"), NOTHING]) == {
        "age": 0.5,
        "sex": 0.5,
        "site": 0.0,
    }


@pytest.mark.parametrize(
    ("fields", "known", "said"),
    [
        (("age",), Known(121.0), "age 121.0: expected years from 0 to 120"),
        (("sex", "site"), Known(sex="F"), "sex 'F': expected female, male"),
        (("site",), Known(site="arm"), "site 'arm': expected back, face, palms/soles"),
        (("age", "sex"), Known(site="face"), "site 'face': this network takes age, sex alone"),
    ],
)
def test_one_answers_words_are_checked(fields: tuple, known: Known, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        MetadataEncoding(fields, SITES).checked(known)


def test_what_can_be_taken_passes() -> None:
    known = Known(0.0, "female", "face")
    assert ALL.checked(known) is known
    assert ALL.checked(NOTHING) is NOTHING


def test_typed_texts() -> None:
    assert known_from_texts(" 55 ", "Male", "Head/Neck") == Known(55.0, "male", "head/neck")
    assert known_from_texts() == NOTHING


@pytest.mark.parametrize("age", ["-3", "nan", "inf", "1e2", "٥٥", "5 5", "0x10", "1_0", "1000"])
def test_an_age_is_a_number_of_years(age: str) -> None:
    with pytest.raises(SettingsError, match="expected years from 0 to 120"):
        known_from_texts(age)


def test_columns_of_a_manifest() -> None:
    assert known_rows([math.nan, 40.0], ["", "male"], ["back", ""]) == [
        Known(site="back"),
        Known(40.0, "male"),
    ]


def test_a_recipe_names_the_encoding() -> None:
    assert encoding_of(Metadata()) is None
    assert width_of(Metadata()) == 0
    assert width_of(Metadata(("age", "sex", "site"))) == 7 + 2 + 8
    assert encoding_of(Metadata(("sex",), sites=("a",))) == MetadataEncoding(("sex",), ("a",))


def test_what_is_written_is_read() -> None:
    assert read_encoding(json.loads(json.dumps(ALL.as_json()))) == ALL
