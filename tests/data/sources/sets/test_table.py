"""The rows of public sets: complete, of one form, found by name however it is written."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from lentigo.data.sources.sets.public_set import LICENCES
from lentigo.data.sources.sets.table import SETS, name_of, set_named, set_of_tables
from lentigo.settings.errors import SettingsError

HOSTS = {
    "isic-archive.s3.amazonaws.com",
    "isic-challenge-data.s3.amazonaws.com",
    "dataverse.harvard.edu",
    "data.mendeley.com",
    "raw.githubusercontent.com",
    "zenodo.org",
}
"""Of publishers; whoever adds one has seen it in two places."""


@pytest.mark.parametrize("name", SETS)
def test_a_row_says_all_that_a_user_must_know(name: str) -> None:
    row = SETS[name]
    assert row.title
    assert row.num_images > 0
    assert row.citation
    assert row.page.startswith("https://")
    assert row.files or row.by_hand
    assert "{folder}" in row.command
    assert row.licence in LICENCES or " " in row.licence
    if row.counts:
        assert sum(row.counts.class_counts.values()) <= row.num_images


@pytest.mark.parametrize("name", [name for name, row in SETS.items() if row.files])
def test_files_are_the_publishers_and_add_up(name: str) -> None:
    files = SETS[name].files
    assert len({file.kept_as for file in files}) == len(files)
    for file in files:
        assert all(
            urlsplit(one).scheme == "https" and urlsplit(one).hostname in HOSTS for one in file.addresses
        )
        assert file.num_bytes > 0
        assert len(file.md5) in (0, 32)
    images = [file.num_images for file in files if file.num_images]
    assert sum(images) in (0, SETS[name].num_images)


@pytest.mark.parametrize("text", ["isic-2019", "ISIC 2019", "isic2019", "Isic_2019"])
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert name_of(text) == "isic-2019"
    assert set_named(text).num_images == 25_331


def test_a_wrong_name_names_those_there_are() -> None:
    with pytest.raises(
        SettingsError, match=r"no set 'ham1000'; did you mean ham10000.*choose one of isic-2016"
    ):
        set_named("ham1000")


@pytest.mark.parametrize(
    ("tables", "key"),
    [
        (["ISIC_2019_Training_GroundTruth.csv", "ISIC_2019_Training_Metadata.csv"], "isic-2019"),
        (["deep/isbi2016_isic_part3_training_groundtruth.CSV"], "isic-2016"),
        (["a/ISIC2018_Task3_Training_GroundTruth.csv"], "isic-2018"),
        (["HAM10000_metadata"], "ham10000"),
        (["metadata.csv"], ""),
        (["labels.csv"], ""),
        (["ISIC_2019_Test_GroundTruth.csv", "ISIC_2019_Training_GroundTruth.csv"], ""),
    ],
)
def test_a_set_is_told_by_the_names_of_its_tables(tables: list[str], key: str) -> None:
    assert set_of_tables(tables) == key
