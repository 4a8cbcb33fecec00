"""By what images could be known from training, and groups on two sides counted from the table itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lentigo.api.answers.leak_guard import groups_on_two_sides, linked_rows, linked_tables, look_alikes
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.split import Split, load_split
from lentigo.data.tables import LentigoWarning
from lentigo.evaluation.leak import find_leaks

MakeManifest = Callable[..., Manifest]


def test_parts_share_nothing_by_which_an_image_could_be_known(small_job: Any) -> None:
    manifest, split = load_manifest(small_job.data), load_split(small_job.split)
    train, test = (linked_rows(manifest, split, part) for part in ("train", "test"))
    assert len(train) == len(split.rows(manifest, "train"))
    for column in train.columns:
        known = set(train[column]) - {""}
        assert not known & set(test[column])


def test_crossing_groups_are_counted(small_data: Any) -> None:
    split = load_split(small_data.split)
    assert groups_on_two_sides(split) == 0
    table = split.table.copy()
    sizes = table.groupby("group")["image_id"].transform("count")
    table.loc[table.index[sizes > 1][0], "part"] = "test"
    other = "train" if table["part"][table.index[sizes > 1][1]] == "test" else "test"
    table.loc[table.index[sizes > 1][0], "part"] = other
    assert groups_on_two_sides(replace(split, table=table)) == 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"image_id": "o1"}, "image_id"),
        ({"image_id": "o3"}, "image_id"),
        ({"image_id": "x", "sha256": "s2"}, "sha256"),
        ({"image_id": "x", "lesion_id": "L1"}, "lesion_id"),
    ],
)
def test_what_training_has_seen_is_found(
    manifest_of: MakeManifest, ours: Manifest, our_split: Split, row: dict[str, str], column: str
) -> None:
    theirs, trained = linked_tables(manifest_of({"class": "NV", **row}), ours, our_split)
    assert column in find_leaks(theirs, trained)


@pytest.mark.parametrize(
    "row",
    [{"image_id": "o4"}, {"image_id": "x", "lesion_id": "L4"}, {"image_id": "x", "duplicate_group": "7"}],
)
def test_what_it_has_not_seen_is_not(
    manifest_of: MakeManifest, ours: Manifest, our_split: Split, row: dict[str, str]
) -> None:
    """Images of the test part, and numbers of clusters that are equal by chance."""
    theirs, trained = linked_tables(manifest_of({"class": "NV", **row}), ours, our_split)
    assert find_leaks(theirs, trained) == {}


def test_a_chain_through_their_images_is_followed(
    manifest_of: MakeManifest, ours: Manifest, our_split: Split
) -> None:
    theirs = manifest_of(
        {"image_id": "x", "class": "NV", "patient_id": "P"},
        {"image_id": "y", "class": "NV", "patient_id": "P", "lesion_id": "L1"},
    )
    linked, trained = linked_tables(theirs, ours, our_split)
    assert find_leaks(linked, trained)["group"] == ["x", "y"]


def test_look_alikes_are_told_and_do_not_stop(
    manifest_of: MakeManifest, ours: Manifest, our_split: Split
) -> None:
    theirs = manifest_of({"image_id": "x", "class": "NV", "perceptual_hash": "aa"})
    with pytest.warns(LentigoWarning, match="look like training images"):
        assert look_alikes(theirs, ours, our_split) == {"n": 1, "examples": ["x ~ o1"]}


def test_plain_names_of_another_set_are_other_images(
    manifest_of: MakeManifest, ours: Manifest, our_split: Split
) -> None:
    theirs = replace(manifest_of({"image_id": "o1", "class": "NV"}), image_root=Path("elsewhere"))
    with pytest.warns(LentigoWarning, match="1 images bear a name that an image of the run bears too"):
        linked, trained = linked_tables(theirs, ours, our_split)
    assert find_leaks(linked, trained) == {}
    same = replace(
        manifest_of({"image_id": "o2", "class": "NV", "sha256": "s2"}), image_root=Path("elsewhere")
    )
    with pytest.warns(LentigoWarning, match="bear a name"):
        assert find_leaks(*linked_tables(same, ours, our_split))["sha256"] == ["o2"]
