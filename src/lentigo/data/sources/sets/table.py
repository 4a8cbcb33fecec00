"""The one table of public sets: a name in, its row out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from lentigo.data.sources.sets.isic_challenges import ISIC_SETS
from lentigo.data.sources.sets.other_sets import OTHER_SETS
from lentigo.data.sources.sets.public_set import PublicSet
from lentigo.settings.errors import SettingsError
from lentigo.settings.toml import did_you_mean

SETS: dict[str, PublicSet] = {**ISIC_SETS, **OTHER_SETS}
"""To add one: a row in one of the two modules."""
_NO_NAME = ("metadata",)
"""Tables of many sets are called so."""


def set_named(name: str) -> PublicSet:
    """The set of a name; raises as `name_of`."""
    return SETS[name_of(name)]


def name_of(name: str) -> str:
    """The name as it stands in the table, of one in any case and with any punctuation.

    Raises:
        SettingsError: there is no such set; names those there are.
    """
    by_plain = {_plain(one): one for one in SETS}
    if _plain(name) not in by_plain:
        raise SettingsError(
            f"there is no set {name!r}{did_you_mean(name, list(SETS))}; choose one of {', '.join(SETS)}"
        )
    return by_plain[_plain(name)]


def set_of_tables(paths: Iterable[str]) -> str:
    """The public set that tables are of, by their published names; empty where none or several are meant."""
    stems = set(map(_stem, paths)) - set(_NO_NAME)
    found = {
        name
        for name, row in SETS.items()
        for file in row.files
        if not file.num_images and _stem(file.name) in stems
    }
    return found.pop() if len(found) == 1 else ""


def _stem(path: str) -> str:
    return PurePosixPath(path).stem.lower()


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
