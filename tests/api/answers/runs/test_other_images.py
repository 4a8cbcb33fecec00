"""Whose classes other people's images are judged in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lentigo.api.answers.runs.other_images import external_truth
from lentigo.data.manifest import Manifest
from lentigo.settings.errors import DataError, SettingsError
from lentigo.settings.recipe import Recipe, Task

MakeManifest = Callable[..., Manifest]

BINARY = replace(Recipe(name="two"), task=Task(classes="binary", malignant=("MEL", "SCC")))
ALL = replace(Recipe(name="all"), task=Task(classes="all"))


def test_an_equation_works_on_whichever_side_is_finer(manifest_of: MakeManifest, ours: Manifest) -> None:
    coarse = manifest_of({"image_id": "x", "class": "AKIEC"}, {"image_id": "y", "class": "MEL"})
    equation = {"AKIEC": ("AK", "SCC")}
    assert external_truth(coarse, ours, ALL, equation)[0] == ["AKIEC", "MEL"]


def test_their_finer_classes_become_ours(manifest_of: MakeManifest, ours: Manifest) -> None:
    ours = manifest_of({"image_id": "a", "class": "AKIEC"}, {"image_id": "b", "class": "MEL"})
    theirs = manifest_of({"image_id": "x", "class": "SCC"}, {"image_id": "y", "class": "MEL"})
    assert external_truth(theirs, ours, ALL, {"AKIEC": ("AK", "SCC")})[0] == ["AKIEC", "MEL"]


def test_an_unknown_class_is_told(manifest_of: MakeManifest, ours: Manifest) -> None:
    theirs = manifest_of({"image_id": "x", "class": "AKIEC"})
    with pytest.raises(DataError, match=r"does not know the class AKIEC.*--map AKIEC=AK\+SCC"):
        external_truth(theirs, ours, ALL, {})


def test_a_binary_run_groups_what_it_knows_and_asks_for_the_rest(
    manifest_of: MakeManifest, ours: Manifest
) -> None:
    theirs = manifest_of(
        {"image_id": "x", "class": "SCC"},
        {"image_id": "y", "class": "NV"},
        {"image_id": "z", "class": "AKIEC"},
    )
    with pytest.raises(DataError, match="AKIEC"):
        external_truth(theirs, ours, BINARY, {})
    truth, equations = external_truth(theirs, ours, BINARY, {"benign": ("AKIEC",)})
    assert (truth, equations) == (["malignant", "benign", "benign"], {})
    with pytest.raises(SettingsError, match="--map benign=AKIEC"):
        external_truth(theirs, ours, BINARY, {"AKIEC": ("AK", "SCC")})
