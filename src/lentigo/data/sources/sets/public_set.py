"""What is known of a public data set: counts and their reference, licence, citation, page, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LICENCES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-NC-SA-3.0": "https://creativecommons.org/licenses/by-nc-sa/3.0/",
}
"""Licence, as the manifest calls it -> its text. Terms that are no licence of these stand in words."""


@dataclass(frozen=True)
class PublishedCounts:
    """The labels of a set, by the table that holds them."""

    name: str
    table: str
    """File name of its labels, as published."""
    class_counts: Mapping[str, int]
    page: str = ""
    """Where the counts are published."""
    counted: str = "images"
    """What that table has a row for."""


@dataclass(frozen=True)
class RemoteFile:
    """One file of a set, as it is to be had."""

    name: str
    """As it is kept; an archive is unpacked into a folder of this name without its suffix."""
    addresses: tuple[str, ...]
    """Official ones, the first that answers counts."""
    num_bytes: int
    """As its page says, so about; what is really sent may be up to twice as much."""
    num_images: int = 0
    """Images in an archive; 0: not published."""
    num_rows: int = 0
    """Rows of a table below its header, or of all where it has none; 0: not published."""
    md5: str = ""
    """As published; hexadecimal."""

    @property
    def is_archive(self) -> bool:
        """Whether it is to be unpacked; arrays (`.npz`) are read as they are."""
        return self.name.lower().endswith(".zip")

    @property
    def is_table(self) -> bool:
        """Whether it is a table of text."""
        return self.name.lower().endswith(".csv")

    @property
    def kept_as(self) -> str:
        """What it is called in the folder once it is there and, if an archive, unpacked."""
        return self.name[: -len(".zip")] if self.is_archive else self.name


@dataclass(frozen=True)
class PublicSet:
    """One public data set."""

    title: str
    num_images: int
    licence: str
    """One of `LICENCES`, or the terms in words."""
    citation: str
    page: str
    """Where its publisher describes it and gives it out."""
    counts: PublishedCounts | None = None
    files: tuple[RemoteFile, ...] = ()
    """Empty where no address is known that we may rely on."""
    by_hand: str = ""
    """Then: what to fetch from the page, and how."""
    command: str = "lentigo data import {folder} --out data"
    """What makes a manifest of it."""

    @property
    def num_bytes(self) -> int:
        """Of all files, about."""
        return sum(file.num_bytes for file in self.files)
