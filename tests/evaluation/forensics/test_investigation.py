from __future__ import annotations

import json

import pytest

from lentigo.evaluation.forensics.investigation import investigate
from lentigo.evaluation.forensics.reported import DATASETS, parse_matrix, parse_pair
from lentigo.settings.errors import SettingsError

ISIC = DATASETS["isic2019"]
MATRICES = [parse_matrix("2667,142,228,1184"), parse_matrix("1388,16,31,1381")]
PAIR = parse_pair("4221:0.9064,2816:0.9833")


def test_the_study_is_explained_by_a_resplit() -> None:
    found = investigate(ISIC, MATRICES, [PAIR], same_weights=True)
    assert found["is_explained_by_resplit"]
    pair, by_matrices = found["pairs"]
    assert "is explained by a re-split" in pair["conclusion"]
    assert pair["second"]["is_matrix"] == 2
    assert pair["first"]["is_matrix"] is None
    assert pair["resplit"]["expected_size"] == 2824
    assert by_matrices["resplit"]["predicted"] == pytest.approx([0.9823, 0.9823], abs=5e-5)
    json.dumps(found, allow_nan=False)


def test_without_the_same_weights_nothing_is_concluded() -> None:
    found = investigate(ISIC, MATRICES, [PAIR])
    assert not found["is_explained_by_resplit"]
    assert {pair["verdict"] for pair in found["pairs"]} == {"not asked"}


def test_a_frozen_network_shows_no_sign_and_is_not_cleared() -> None:
    (pair, *_) = investigate(ISIC, MATRICES, [parse_pair("4221:0.8010,2816:0.8157")], True)["pairs"]
    assert pair["verdict"] == "cannot be told"
    assert pair["resplit"]["has_no_sign"]


def test_matrices_of_other_sizes_are_not_compared() -> None:
    found = investigate(
        {"a": 90, "b": 90, "c": 90},
        [MATRICES[0].__class__(((9, 1, 0), (1, 9, 0), (0, 0, 9))), parse_matrix("8,2,1,9")],
        [],
        True,
    )
    assert found["pairs"] == []


def test_what_cannot_be_investigated() -> None:
    with pytest.raises(SettingsError, match="--matrix or --pair"):
        investigate(ISIC, [], [])
    with pytest.raises(SettingsError, match="no part of the data"):
        investigate(ISIC, [], [parse_pair("30000:0.9,100:0.9")])
