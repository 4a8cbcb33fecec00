"""Sets by name; what is said of them first."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.api.data.downloading import announcement, download, listing, told_size
from lentigo.data.sources.sets.table import SETS
from lentigo.settings.errors import DownloadError


@pytest.mark.parametrize(
    ("num_bytes", "told"),
    [(19_000, "0.1 MB"), (4 * 10**6, "4 MB"), (602 * 10**6, "602 MB"), (9_102_500_000, "9.1 GB")],
)
def test_sizes_are_told_in_three_figures(num_bytes: int, told: str) -> None:
    assert told_size(num_bytes) == told


def test_size_licence_citation_and_page_are_said_first() -> None:
    lines = announcement(SETS["ham10000"])
    assert lines[0] == "HAM10000: 10,015 images, about 2.8 GB"
    assert lines[1] == "licence: CC-BY-NC-4.0 (https://creativecommons.org/licenses/by-nc/4.0/)"
    assert "Scientific Data 5, 180161 (2018)" in lines[2]
    assert lines[3] == "page: https://doi.org/10.7910/DVN/DBW86T"
    assert announcement(SETS["ham10000"], tables_only=True)[0] == "HAM10000: 10,015 images, its tables alone"
    assert announcement(SETS["ph2"])[0] == "PH2: 200 images"


def test_what_has_no_address_says_what_to_fetch(tmp_path: Path) -> None:
    with pytest.raises(
        DownloadError, match=r"fill in the form.*https://derm\.cs\.sfu\.ca.*lentigo data import"
    ):
        download("derm7pt", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_every_set_is_listed() -> None:
    assert [row["name"] for row in listing()] == list(SETS)
