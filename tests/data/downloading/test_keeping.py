"""The folder of a set: what is recorded is there; what stops half-way is gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lentigo.data.downloading import keeping
from lentigo.data.downloading.keeping import keep_set, terms
from lentigo.data.sources.sets.public_set import PublicSet, RemoteFile

TABLE = b"image,MEL\nISIC_0000001,1\n"


@pytest.fixture
def table_set(site: Any) -> PublicSet:
    site.serve("a.csv", TABLE)
    file = RemoteFile("a.csv", (site.at("a.csv"),), len(TABLE), num_rows=1)
    return PublicSet("A", 1, "for research", "Me, 2026.", "https://example.org", files=(file,))


def test_phases_are_told_and_a_second_call_fetches_nothing(table_set: PublicSet, tmp_path: Path) -> None:
    phases: list[str] = []
    assert keep_set(table_set, tmp_path, lambda phase, *_steps: phases.append(phase)) == ["a.csv"]
    assert list(dict.fromkeys(phases)) == ["fetching a.csv (MB)", "checking a.csv"]
    assert keep_set(table_set, tmp_path) == []


@pytest.mark.parametrize("record", ["", "{", '{"files": 3}'])
def test_a_damaged_record_means_that_files_are_checked_again(
    table_set: PublicSet, tmp_path: Path, record: str
) -> None:
    keep_set(table_set, tmp_path)
    (tmp_path / keeping.RECORD).write_text(record)
    assert keep_set(table_set, tmp_path) == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == TABLE


def test_a_file_that_was_taken_away_is_fetched_again(table_set: PublicSet, tmp_path: Path) -> None:
    keep_set(table_set, tmp_path)
    (tmp_path / "a.csv").unlink()
    assert keep_set(table_set, tmp_path) == ["a.csv"]


def test_terms_in_words_stand_without_a_link(table_set: PublicSet) -> None:
    assert terms(table_set).splitlines()[:4] == [
        "A",
        "Licence: for research",
        "Page: https://example.org",
        "Cite and attribute: Me, 2026.",
    ]
