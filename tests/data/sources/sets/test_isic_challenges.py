"""The challenges' sets: every file in the newer bucket first, and in the older one."""

from __future__ import annotations

from lentigo.data.sources.sets.isic_challenges import ISIC_SETS


def test_both_buckets_are_asked_for_the_same_file() -> None:
    images = ISIC_SETS["isic-2019"].files[-1]
    assert images.name == "ISIC_2019_Training_Input.zip"
    assert images.addresses == (
        "https://isic-archive.s3.amazonaws.com/challenges/2019/ISIC_2019_Training_Input.zip",
        "https://isic-challenge-data.s3.amazonaws.com/2019/ISIC_2019_Training_Input.zip",
    )


def test_a_table_that_is_counted_is_one_that_is_fetched() -> None:
    for row in ISIC_SETS.values():
        if row.counts:
            stem = row.counts.table.removesuffix(".csv")
            assert stem in {file.name.rpartition(".")[0] for file in row.files}
