from __future__ import annotations

import json

import pytest

from lentigo.evaluation.forensics.investigation import investigate
from lentigo.evaluation.forensics.reported import parse_matrix, parse_pair
from lentigo.settings.errors import SettingsError

MATRICES = [parse_matrix("2667,142,228,1184"), parse_matrix("1388,16,31,1381")]
PAIR = parse_pair("4221:0.9064,2816:0.9833")


def test_the_study_is_explained_by_a_resplit() -> None:
    found = investigate("isic2019", MATRICES, [PAIR], same_weights=True)
    assert found["is_explained_by_resplit"]
    pair, by_matrices = found["pairs"]
    assert "is explained by a re-split" in pair["conclusion"]
    assert pair["second"]["is_matrix"] == 2
    assert pair["first"]["is_matrix"] is None
    assert pair["balanced_size"] == pytest.approx(2824.33, abs=0.01)
    assert by_matrices["resplit"]["predicted"] == pytest.approx(0.985, abs=5e-4)
    json.dumps(found, allow_nan=False)


def test_without_the_same_weights_nothing_is_concluded() -> None:
    found = investigate("isic2019", MATRICES, [PAIR])
    assert not found["is_explained_by_resplit"]
    assert {pair["verdict"] for pair in found["pairs"]} == {"not asked"}


@pytest.mark.parametrize("second", ["0.9010", "0.8890", "0.9160"])
def test_an_honest_pair_is_not_called_a_resplit(second: str) -> None:
    (pair,) = investigate("isic2019", [], [parse_pair(f"4221:0.9064,2816:{second}")], True)["pairs"]
    assert pair["verdict"] == "subset"
    assert "re-split" not in pair["conclusion"]


def test_another_set_of_images_is_not_called_a_resplit_either() -> None:
    (pair,) = investigate("isic2019", [], [parse_pair("4221:0.8010,2816:0.9300")], True)["pairs"]
    assert pair["verdict"] == "neither"
    assert "re-split" not in pair["conclusion"]


def test_what_cannot_be_investigated() -> None:
    with pytest.raises(SettingsError, match="isic2019"):
        investigate("isic2018", MATRICES, [])
    with pytest.raises(SettingsError, match="--matrix or --pair"):
        investigate("isic2019", [], [])
    with pytest.raises(SettingsError, match="not part of isic2019"):
        investigate("isic2019", [], [parse_pair("30000:0.9,100:0.9")])
