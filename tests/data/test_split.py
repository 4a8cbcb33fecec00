"""Splits: groups whole, shares even, the same in any order, and refused where it cannot be done."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lentigo.data.groups import group_ids
from lentigo.data.importing import import_images
from lentigo.data.manifest import Manifest
from lentigo.data.sources import isic
from lentigo.data.split import (
    PARTS,
    Split,
    content_hash,
    crossing_groups,
    load_split,
    make_split,
    save_split,
    split_beside,
    with_folds,
)
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import SplitError

ManifestMaker = Callable[..., Manifest]

pytestmark = pytest.mark.filterwarnings("ignore::lentigo.data.tables.LentigoWarning")


@pytest.fixture
def lesions(make_manifest: ManifestMaker) -> Manifest:
    """Two hundred images of a hundred lesions, five classes."""
    names = ["NV"] * 50 + ["MEL"] * 20 + ["BCC"] * 15 + ["BKL"] * 10 + ["DF"] * 5
    return make_manifest(
        **{"class": [name for name in names for _ in range(2)]},
        lesion_id=[f"lesion-{row // 2}" for row in range(200)],
    )


def test_parts_have_their_shares_and_no_group_on_two_sides(lesions: Manifest) -> None:
    split = make_split(lesions)
    assert [len(split.rows(lesions, part)) for part in PARTS] == [140, 30, 30]
    assert crossing_groups(split.table, group_ids(lesions.table)) == []
    labels = lesions.labels()
    for part, expected in zip(PARTS, ([70, 28, 21, 14], [15, 6, 4.5, 3], [15, 6, 4.5, 3]), strict=True):
        counts = [(labels[split.rows(lesions, part)] == name).sum() for name in ("NV", "MEL", "BCC", "BKL")]
        assert np.abs(np.subtract(counts, expected)).max() <= 2, "more than one lesion off"
    assert split.facts["num_images"] == {"train": 140, "validation": 30, "test": 30}
    assert split.facts["num_groups"] == {"train": 70, "validation": 15, "test": 15}


def test_the_seed_decides_and_the_order_of_rows_does_not(lesions: Manifest) -> None:
    first = make_split(lesions, seed=3)
    shuffled = replace(lesions, table=lesions.table.sample(frac=1, random_state=1).reset_index(drop=True))
    again = make_split(shuffled, seed=3)
    assert again.hash == first.hash
    pd.testing.assert_frame_equal(again.table, first.table)
    assert make_split(lesions, seed=4).hash != first.hash
    ids = lesions.table["image_id"].iloc[first.rows(lesions, "test")]
    assert set(shuffled.table["image_id"].iloc[again.rows(shuffled, "test")]) == set(ids)


LESION = st.tuples(st.sampled_from(["MEL", "NV", "DF"]), st.integers(1, 4))


@settings(max_examples=40, deadline=None)
@given(lesions=st.lists(LESION, max_size=30), seed=st.integers(0, 9), folds=st.sampled_from([0, 2, 3]))
def test_any_lesions_are_kept_whole(
    make_manifest: ManifestMaker, lesions: list[tuple[str, int]], seed: int, folds: int
) -> None:
    lesions = lesions + [(name, 1) for name in ("MEL", "NV", "DF") for _ in range(8)]
    labels = [name for name, size in lesions for _ in range(size)]
    ids = [f"lesion-{row}" for row, (_, size) in enumerate(lesions) for _ in range(size)]
    manifest = make_manifest(**{"class": labels}, lesion_id=ids)
    split = make_split(manifest, seed=seed, folds=folds)
    assert crossing_groups(split.table, group_ids(manifest.table)) == []
    counts = pd.crosstab(split.table["part"], labels)
    assert (counts.loc[list(PARTS)] > 0).all(axis=None)
    if folds:
        outside = split.table[split.table["part"] != "test"]
        assert sorted(outside["fold"].unique()) == list(range(folds))
        assert crossing_groups(outside, outside["group"].to_numpy(), "fold") == []


def test_folds_divide_what_is_outside_test(lesions: Manifest) -> None:
    split = make_split(lesions, folds=3)
    is_test = split.table["part"] == "test"
    assert set(split.table.loc[is_test, "fold"]) == {-1}
    assert np.bincount(split.table.loc[~is_test, "fold"]).tolist() == pytest.approx([56, 57, 57], abs=3)
    runs = [split.for_fold(fold) for fold in range(3)]
    seen = np.concatenate([run.rows(lesions, "validation") for run in runs])
    assert sorted(seen) == sorted(np.flatnonzero(~is_test.to_numpy()))
    assert len({run.hash for run in runs}) == 3
    for fold, run in enumerate(runs):
        assert crossing_groups(run.table, run.table["group"].to_numpy()) == []
        assert run.facts["split_hash"] == split.hash
        assert set(run.rows(lesions, "test")) == set(split.rows(lesions, "test"))
        assert (split.folds(lesions)[run.rows(lesions, "validation")] == fold).all()


def test_folds_added_to_a_split_are_those_it_could_have_been_made_with(lesions: Manifest) -> None:
    plain, whole = make_split(lesions, seed=3), make_split(lesions, seed=3, folds=3)
    added = with_folds(plain, lesions, 3, seed=3)
    pd.testing.assert_frame_equal(added.table, whole.table)
    assert added.hash == whole.hash
    assert added.origin == added.for_fold(1).origin == plain.hash
    assert (plain.num_folds, added.num_folds) == (0, 3)
    assert with_folds(added, lesions, 4).num_folds == 4


def test_folds_need_groups_and_a_split_by_group(lesions: Manifest) -> None:
    split = make_split(lesions)
    with pytest.raises(SplitError, match=r"99 folds outside test .*\n.*class '\w+' has \d+ groups"):
        with_folds(split, lesions, 99)
    table = split.table.copy()
    table.loc[table.index[table["group"].duplicated(keep="first")][0], "part"] = "test"
    broken = Split(table.assign(group="one"), "", {})
    with pytest.raises(SplitError, match="1 groups are in two parts, such as one"):
        with_folds(broken, lesions, 2)


def test_there_is_no_fold_that_was_not_made(lesions: Manifest) -> None:
    with pytest.raises(SplitError, match="no fold 0; the split has 0"):
        make_split(lesions).for_fold(0)


def test_a_part_may_be_left_out(lesions: Manifest) -> None:
    split = make_split(lesions, fractions=(0.8, 0.2, 0))
    assert [len(split.rows(lesions, part)) for part in PARTS] == [160, 40, 0]


@pytest.mark.parametrize("fractions", [(0.7, 0.2), (0.7, 0.2, 0.2), (0, 0.5, 0.5), (1.2, -0.1, -0.1)])
def test_fractions_that_make_no_sense(lesions: Manifest, fractions: tuple[float, ...]) -> None:
    with pytest.raises(SplitError, match="add up to 1"):
        make_split(lesions, fractions=fractions)


def test_a_single_fold_is_refused(lesions: Manifest) -> None:
    with pytest.raises(SplitError, match="1 folds"):
        make_split(lesions, folds=1)


def test_a_class_with_too_few_groups_is_named_with_their_number(make_manifest: ManifestMaker) -> None:
    manifest = make_manifest(
        **{"class": ["NV"] * 20 + ["DF"] * 6},
        lesion_id=[""] * 20 + ["one", "one", "one", "two", "two", "two"],
    )
    with pytest.raises(SplitError, match=r"3 parts .*\n.*class 'DF' has 2 groups"):
        make_split(manifest)


def test_a_class_with_fewer_groups_than_folds(make_manifest: ManifestMaker) -> None:
    manifest = make_manifest(**{"class": ["NV"] * 40 + ["DF"] * 4})
    make_split(manifest, folds=3)
    with pytest.raises(SplitError, match=r"5 folds .*\n.*class 'DF' has 3 groups"):
        make_split(manifest, folds=5)


def test_one_class_is_refused(make_manifest: ManifestMaker) -> None:
    with pytest.raises(SplitError, match="only one class"):
        make_split(make_manifest(**{"class": ["NV"] * 9}))


def test_groups_of_several_classes_go_where_no_class_is_lost(make_manifest: ManifestMaker) -> None:
    patients = [patient for patient in "abc" for _ in range(2)]
    manifest = make_manifest(**{"class": ["MEL", "NV"] * 3}, patient_id=patients)
    split = make_split(manifest)
    assert split.facts["num_groups"] == {"train": 1, "validation": 1, "test": 1}
    assert crossing_groups(split.table, group_ids(manifest.table)) == []


def test_groups_of_several_classes_that_cannot_be_divided(make_manifest: ManifestMaker) -> None:
    # every class has three groups, but four patients cannot give all of them to each of three parts
    pairs = ["MEL NV", "NV DF", "DF MEL", "MEL NV DF"]
    labels = [name for pair in pairs for name in pair.split()]
    patients = [pair for pair in pairs for _ in pair.split()]
    with pytest.raises(SplitError, match="cannot be divided so that no class is lost"):
        make_split(make_manifest(**{"class": labels}, patient_id=patients))


def test_uneven_shares_are_a_warning(make_manifest: ManifestMaker) -> None:
    manifest = make_manifest(
        **{"class": ["NV"] * 30 + ["MEL"] * 22}, lesion_id=[""] * 30 + ["big"] * 20 + ["", ""]
    )
    with pytest.warns(LentigoWarning, match="share of a class is off"):
        make_split(manifest)


def test_saving_and_loading(lesions: Manifest, tmp_path: Path) -> None:
    split = make_split(lesions, folds=2)
    save_split(tmp_path / "split.csv", split)
    loaded = load_split(tmp_path)
    assert loaded.hash == split.hash
    assert loaded.facts == json.loads(json.dumps(split.facts))
    pd.testing.assert_frame_equal(loaded.table, split.table)
    assert (loaded.rows(lesions, "train") == split.rows(lesions, "train")).all()
    with pytest.raises(SplitError, match="--force"):
        save_split(tmp_path / "split.csv", split)
    save_split(tmp_path / "split.csv", make_split(lesions, seed=1), overwrite=True)
    assert load_split(tmp_path).hash != split.hash


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("train", "test"), "was changed after it was made"),
        (("train", "training"), "no part 'training'"),
        (("-1", "x"), "fold 'x' is not a number"),
        (("image-00001", "image-00000"), "'image-00000' appears again"),
    ],
)
def test_a_split_changed_by_hand_is_refused(
    lesions: Manifest, tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    path = tmp_path / "split.csv"
    save_split(path, make_split(lesions))
    path.write_text(path.read_text().replace(*change, 1 if change[0] != "-1" else -1))
    with pytest.raises(SplitError, match=message):
        load_split(path)


def test_files_that_are_missing_or_damaged(lesions: Manifest, tmp_path: Path) -> None:
    with pytest.raises(SplitError, match="lentigo split MANIFEST"):
        load_split(tmp_path / "split.csv")
    save_split(tmp_path / "split.csv", make_split(lesions))
    (tmp_path / "split.json").write_text("{")
    with pytest.raises(SplitError, match="is damaged"):
        load_split(tmp_path / "split.csv")
    (tmp_path / "split.json").write_text("{}")
    with pytest.raises(SplitError, match="holds no hash"):
        load_split(tmp_path / "split.csv")


def test_the_hash_depends_on_content_alone() -> None:
    table = pd.DataFrame(
        {"image_id": ["a", "b"], "group": ["a", "b"], "part": ["train", "test"], "fold": [-1, -1]}
    )
    assert content_hash(table) == content_hash(table.iloc[::-1][["fold", "part", "group", "image_id"]])
    assert content_hash(table) != content_hash(table.assign(part=["test", "train"]))


def test_a_split_of_other_images_is_refused(lesions: Manifest, make_manifest: ManifestMaker) -> None:
    split = make_split(lesions)
    fewer = replace(lesions, table=lesions.table.iloc[:-3])
    with pytest.raises(SplitError, match=r"0 of its 197 images .* 3 images of the split are not in it"):
        split.rows(fewer, "train")
    renamed = replace(lesions, table=lesions.table.assign(image_id=[f"x-{row}" for row in range(200)]))
    with pytest.raises(SplitError, match=r"200 of its 200 images .* 200 images of the split"):
        split.groups(renamed)
    with pytest.raises(SplitError, match="no part 'training'"):
        split.rows(lesions, "training")


def test_crossing_groups_are_found() -> None:
    table = pd.DataFrame({"part": ["train", "test", "train", "train"]})
    assert crossing_groups(table, np.array(["b", "b", "a", "a"], dtype=object)) == ["b"]


def test_links_learnt_after_the_split_was_made_are_found(lesions: Manifest) -> None:
    split = make_split(lesions)
    assert split.crossings(lesions) == []
    first, last = split.rows(lesions, "train")[0], split.rows(lesions, "test")[-1]
    patients = lesions.table["patient_id"].copy()
    patients.iloc[[first, last]] = "P1"
    linked = replace(lesions, table=lesions.table.assign(patient_id=patients))
    assert split.crossings(linked) == [min(split.groups(lesions)[[first, last]])]


def test_hostile_names_survive_the_file(make_manifest: ManifestMaker, tmp_path: Path) -> None:
    hostile = ["=cmd()", "<script>", 'a"b', "x,y", "\u202egpj.a", "$\\frac{", "line\nbreak", "7\r"]
    manifest = make_manifest(image_id=hostile)
    split = make_split(manifest)
    save_split(tmp_path / "split.csv", split)
    loaded = load_split(tmp_path / "split.csv")
    assert loaded.hash == split.hash
    assert sum(len(loaded.rows(manifest, part)) for part in PARTS) == len(hostile)


def test_the_whole_of_isic_2019_in_seconds(shared: Path, tmp_path: Path) -> None:
    tables = shared / "data" / "isic2019-tables"
    files = isic.Files(
        tables / "ISIC_2019_Training_GroundTruth.csv", tables / "ISIC_2019_Training_Metadata.csv", tables
    )
    manifest = import_images(isic.read(tables, files=files), tmp_path, verify_images=False).manifest
    start = time.process_time()  # whatever else the machine does
    split = make_split(manifest, folds=5)
    assert time.process_time() - start < 20
    assert len(split.table) == 25331
    assert crossing_groups(split.table, group_ids(manifest.table.sort_values("image_id"))) == []
    lesion = dict(zip(manifest.table["image_id"], manifest.table["lesion_id"], strict=True))
    table = split.table.assign(lesion=split.table["image_id"].map(lesion))
    assert (table[table["lesion"] != ""].groupby("lesion")["part"].nunique() == 1).all()
    whole = manifest.table["class"].value_counts(normalize=True)
    for part in PARTS:
        share = manifest.table["class"].iloc[split.rows(manifest, part)].value_counts(normalize=True)
        assert (share - whole).abs().max() < 0.01
    assert split.facts["widest_class_share_deviation"] < 0.001


def test_the_split_beside_a_manifest_is_found(tmp_path: Path) -> None:
    with pytest.raises(SplitError, match="make it with `lentigo split"):
        split_beside(tmp_path)
    (tmp_path / "split.csv").touch()
    assert split_beside(tmp_path) == split_beside(tmp_path / "manifest.csv") == tmp_path / "split.csv"


def test_one_view_of_the_lesions_is_asked_for_and_groups_stay_what_they_are(lesions: Manifest) -> None:
    table = lesions.table.assign(view=["dermoscopic", "clinical"] * 100)
    manifest = replace(lesions, table=table)
    split = make_split(manifest, folds=3)
    clinical = split.of_view(manifest, "clinical")
    for part in PARTS:
        rows = split.rows(manifest, part)
        assert clinical.rows(manifest, part).tolist() == [row for row in rows if row % 2]
    folds, chosen = split.folds(manifest), clinical.folds(manifest)
    assert (chosen[1::2] == folds[1::2]).all()
    assert (chosen[::2] == -1).all()
    fold = clinical.for_fold(0)
    assert set(fold.rows(manifest, "validation") % 2) == {1}
    assert clinical.crossings(manifest) == fold.crossings(manifest) == []
    assert (clinical.hash, clinical.table is split.table) == (split.hash, True)
    assert split.of_view(manifest, "all") is split


def test_a_view_that_no_image_has_is_refused(lesions: Manifest) -> None:
    manifest = replace(lesions, table=lesions.table.assign(view="dermoscopic"))
    with pytest.raises(SplitError, match=r"input.view = 'clinical'.*views: dermoscopic.*--view both"):
        make_split(manifest).of_view(manifest, "clinical")
