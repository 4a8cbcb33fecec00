"""Near-duplicates joined in a manifest that is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lentigo.data.copies.linking import link_images
from lentigo.data.groups import group_ids
from lentigo.data.manifest import load_facts, load_manifest
from lentigo.settings.errors import DataError


@pytest.fixture
def pairs(copied_data: Path, tmp_path: Path) -> Path:
    """The first images of two groups."""
    table = load_manifest(copied_data).table
    first, second = table.assign(group=group_ids(table)).drop_duplicates("group")["image_id"].iloc[:2]
    (tmp_path / "pairs.csv").write_text(f"image_name_1,image_name_2,kind\n{first},{second},near\n")
    return tmp_path / "pairs.csv"


def test_two_groups_become_one_and_nothing_else_changes(copied_data: Path, pairs: Path) -> None:
    before, facts = load_manifest(copied_data), load_facts(copied_data)
    found = link_images(copied_data, [pairs])
    assert (found.groups_before, found.groups) == (facts["num_groups"], facts["num_groups"] - 1)
    after, told = load_manifest(copied_data), load_facts(copied_data)
    same = [name for name in after.table if name != "duplicate_group"]
    assert after.table[same].equals(before.table[same])
    assert len(set(group_ids(after.table))) == told["num_groups"] == found.groups
    assert told["duplicates"] == ["pairs.csv"]
    assert after.paths() == [path.resolve() for path in before.paths()]


def test_the_same_again_changes_nothing(copied_data: Path, pairs: Path) -> None:
    first = link_images(copied_data, [pairs]).manifest.sha256
    written = json.loads((copied_data / "manifest.json").read_text())
    again = link_images(copied_data, [pairs])
    assert again.manifest.sha256 == first
    assert again.groups_before == again.groups
    assert json.loads((copied_data / "manifest.json").read_text()) == written


def test_another_folder_leaves_the_old_manifest_alone(copied_data: Path, pairs: Path, tmp_path: Path) -> None:
    before = load_manifest(copied_data).sha256
    found = link_images(copied_data, [pairs], tmp_path / "linked")
    assert load_manifest(copied_data).sha256 == before != load_manifest(tmp_path / "linked").sha256
    assert all(path.is_file() for path in found.manifest.paths())
    with pytest.raises(DataError, match="choose another folder"):
        link_images(copied_data, [pairs], tmp_path / "linked")
