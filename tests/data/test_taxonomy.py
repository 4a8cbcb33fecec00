"""Classes: orders, names, and integer targets."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from lentigo.data.taxonomy import (
    BINARY_CLASS_NAMES,
    CLASSES,
    ISIC_2018_ORDER,
    ISIC_2019_ORDER,
    colour_of,
    find_class,
    full_name,
    malignant_classes,
    order_classes,
    plain_name,
    targets,
)
from lentigo.settings.errors import DataError, SettingsError
from lentigo.settings.recipe import Task


def test_the_official_orders_are_kept_whatever_the_alphabet_says() -> None:
    assert order_classes(sorted(ISIC_2019_ORDER)) == ISIC_2019_ORDER
    assert order_classes(sorted(ISIC_2018_ORDER)) == ISIC_2018_ORDER
    assert order_classes(["zebra", "NV", "apple", "MEL", "NV"]) == ("MEL", "NV", "apple", "zebra")


def test_akiec_and_ak_are_two_classes() -> None:
    assert find_class("AKIEC") == "AKIEC"
    assert find_class("ak") == "AK"
    assert CLASSES["AK"] != CLASSES["AKIEC"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nv", "NV"),
        ("Melanoma", "MEL"),
        ("Basal_Cell-Carcinoma", "BCC"),
        ("pigmented benign keratosis", "BKL"),
        ("seborrheic keratosis", "BKL"),
        ("nevus", "NV"),
        ("benign", None),
        ("", None),
    ],
)
def test_a_class_is_found_by_code_or_diagnosis(text: str, code: str | None) -> None:
    assert find_class(text) == code


def test_colours_are_colours_and_tell_known_classes_apart() -> None:
    colours = {name: colour_of(name) for name in [*CLASSES, "anything", "<b>", "ü"]}
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours.values())
    assert len(set(colours.values())) == len(colours)
    assert colour_of("anything") == colours["anything"]
    codes = [tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in map(colour_of, CLASSES)]
    nearest = min(np.abs(np.subtract(a, b)).sum() for a, b in itertools.combinations(codes, 2))
    assert nearest > 60


def test_names() -> None:
    assert full_name("MEL") == "melanoma"
    assert plain_name("NV") == "mole"
    assert full_name("strange") == plain_name("strange") == "strange"


def test_targets_of_all_classes_follow_the_names_given() -> None:
    labels, names = targets(["NV", "MEL", "NV"], ("MEL", "NV"), Task())
    assert labels.tolist() == [1, 0, 1]
    assert labels.dtype == np.int64
    assert names == ("MEL", "NV")


def test_binary_targets_with_the_study_grouping() -> None:
    labels, names = targets(list(ISIC_2019_ORDER), ISIC_2019_ORDER, Task(classes="binary"))
    assert names == BINARY_CLASS_NAMES
    #                          MEL NV BCC AK BKL DF VASC SCC UNK
    assert labels.tolist() == [1, 0, 1, 0, 0, 0, 0, 1, 0]


def test_data_labelled_benign_and_malignant_stay_so() -> None:
    labels, _ = targets(["malignant", "benign"], BINARY_CLASS_NAMES, Task(classes="binary"))
    assert labels.tolist() == [1, 0]


def test_a_class_that_is_not_there_is_an_error() -> None:
    with pytest.raises(DataError, match="SCC"):
        targets(["MEL", "SCC"], ("MEL", "NV"), Task())


@pytest.mark.parametrize("malignant", [(), ("SCC",), ("MEL", "NV")])
def test_a_grouping_with_an_empty_side_is_an_error(malignant: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match="both sides"):
        malignant_classes(("MEL", "NV"), Task(classes="binary", malignant=malignant))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nevus (NV)", "NV"),
        ("Malignant melanocytic proliferations (Melanoma)", "MEL"),
        ("melanoma (less than 0.76 mm)", "MEL"),
        ("reed or spitz nevus", "NV"),
        ("melanoma (NV)", None),
        ("sebaceous nevus", None),
        ("Scar", None),
    ],
)
def test_either_half_of_a_name_in_brackets_may_say_the_class(text: str, code: str | None) -> None:
    assert find_class(text) == code
