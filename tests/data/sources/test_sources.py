"""The table of sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.data.sources import SOURCES, Source, guess_source, source_named
from lentigo.settings.errors import DataError


def test_the_form_of_a_folder_is_recognised(tmp_path: Path) -> None:
    assert guess_source(tmp_path) == "folder"
    (tmp_path / "ISIC_2019_Training_GroundTruth.csv").touch()
    assert guess_source(tmp_path) == "isic"
    with pytest.raises(DataError, match="is not a folder"):
        guess_source(tmp_path / "nowhere")


def test_the_first_that_recognises_a_folder_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GroundTruth.csv", "HAM10000_metadata.csv"):
        (tmp_path / name).touch()
    assert guess_source(tmp_path) == "isic"
    unasked = Source(SOURCES["isic"].read)
    monkeypatch.setitem(SOURCES, "isic", unasked)
    assert guess_source(tmp_path) == "ham10000"
    assert source_named("isic", tmp_path) is unasked


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_says_what_it_missed(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected"):
        SOURCES[name].read(tmp_path, None)
