"""Smaller data: classes keep their shares, the test part stays whole, groups keep their side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lentigo.data.manifest import Manifest
from lentigo.data.split import make_split
from lentigo.experiments.study.scales import Limits
from lentigo.experiments.study.subset import limited, stratified


@given(st.lists(st.integers(3, 60), min_size=2, max_size=8), st.integers(0, 9), st.data())
def test_classes_keep_their_shares_and_never_vanish(sizes: list[int], seed: int, data: st.DataObject) -> None:
    labels = np.repeat(np.arange(len(sizes)), sizes).astype(object)
    count = data.draw(st.integers(len(sizes), len(labels)))
    chosen = stratified(labels, count, seed)
    assert len(set(chosen.tolist())) == len(chosen)
    assert (np.diff(chosen) > 0).all()
    found = np.bincount(labels[chosen].astype(int), minlength=len(sizes))
    exact = np.array(sizes) * count / sum(sizes)
    assert (found >= 1).all()
    assert (np.abs(found - np.maximum(exact, 1)) <= 1).all()
    assert abs(len(chosen) - count) <= (exact < 1).sum(), "more than asked only for the rarest"


def test_the_same_seed_chooses_the_same(pairs_manifest: Manifest) -> None:
    labels = pairs_manifest.labels()
    assert stratified(labels, 30, 1).tolist() == stratified(labels, 30, 1).tolist()
    assert stratified(labels, 30, 1).tolist() != stratified(labels, 30, 2).tolist()


def test_limits_cut_train_and_validation_and_leave_test_whole(
    pairs_manifest: Manifest, tmp_path: Path
) -> None:
    split = make_split(pairs_manifest, (0.6, 0.2, 0.2))
    manifest, smaller = limited(pairs_manifest, split, Limits(30, 12), tmp_path)
    assert [len(smaller.rows(manifest, part)) for part in ("train", "validation")] == [30, 12]
    before = set(pairs_manifest.image_ids()[split.rows(pairs_manifest, "test")])
    assert set(manifest.image_ids()[smaller.rows(manifest, "test")]) == before
    sides = {row.image_id: (row.group, row.part) for row in split.table.itertuples()}
    assert all(sides[row.image_id] == (row.group, row.part) for row in smaller.table.itertuples())
    assert smaller.crossings(manifest) == []
    assert smaller.hash != split.hash
    assert smaller.facts["num_images"]["train"] == 30
    again = limited(pairs_manifest, split, Limits(30, 12), tmp_path)
    assert (again[0].sha256, again[1].hash) == (manifest.sha256, smaller.hash), "runs resume on the same data"


def test_without_effect_the_data_are_taken_as_they_are(pairs_manifest: Manifest, tmp_path: Path) -> None:
    split = make_split(pairs_manifest, (0.6, 0.2, 0.2))
    for limits in (Limits(), Limits(5000, 5000)):
        assert limited(pairs_manifest, split, limits, tmp_path / "d") == (pairs_manifest, split)
    assert not (tmp_path / "d").exists()
