"""What is known beside an image (age, sex, site) in; the numbers that a network takes of it out.

    age   shares of the two nearest ages of `age_knots`, which sum to 1
    sex   1 in the place of its word
    site  1 in the place of its word

What is not known is a block of zeros, and the network multiplies all of it by weights without a bias: a
missing age then says nothing, where a flag for it would tell which clinic the image is from.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Metadata, MetadataField

Floats = NDArray[np.float32]

FIELDS: tuple[MetadataField, ...] = get_args(MetadataField)
SEXES = ("female", "male")
AGE_KNOTS = (0, 15, 30, 45, 60, 75, 90)
"""Ages in years between which a logit changes along a line; beyond the last it stays."""
OLDEST = 120
"""Years; a greater age is a mistake, and counts as not known."""
AGE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")
"""How an age is written."""


@dataclass(frozen=True)
class Known:
    """What is known beside one image; None and empty texts are not known."""

    age_years: float | None = None
    sex: str = ""
    site: str = ""


NOTHING = Known()


@dataclass(frozen=True)
class MetadataEncoding:
    """How what is known becomes numbers: the same in training, in a bundle and in a service."""

    fields: tuple[MetadataField, ...]
    sites: tuple[str, ...]
    sexes: tuple[str, ...] = SEXES
    age_knots: tuple[float, ...] = AGE_KNOTS

    @property
    def blocks(self) -> dict[MetadataField, slice]:
        """Which of the numbers are whose, in the order of `FIELDS`."""
        found, start = {}, 0
        sizes = dict(zip(FIELDS, map(len, (self.age_knots, self.sexes, self.sites)), strict=True))
        for name in FIELDS:
            if name in self.fields:
                found[name] = slice(start, start + sizes[name])
                start += sizes[name]
        return found

    @property
    def width(self) -> int:
        """D, how many numbers there are for one image."""
        return max((block.stop for block in self.blocks.values()), default=0)

    def encode(self, rows: Sequence[Known]) -> Floats:
        """The numbers of some images, (N, D)."""
        found = np.zeros((len(rows), self.width), np.float32)
        for name, block in self.blocks.items():
            for place, known in enumerate(rows):
                for index, share in self._shares(name, known):
                    found[place, block.start + index] = share
        return found

    def told(self, known: Known) -> list[str]:
        """What of it a network takes, in words: `age 55`, `female`, `head/neck`."""
        words = {"age": f"age {known.age_years:g}" if known.age_years is not None else ""}
        words |= {"sex": known.sex, "site": known.site}
        return [words[name] for name in self.blocks if list(self._shares(name, known))]

    def known_shares(self, rows: Sequence[Known]) -> dict[str, float]:
        """Of each field the share of images of which it is known."""
        encoded = self.encode(rows)
        return {
            name: float((encoded[:, block] > 0).any(axis=1).mean()) for name, block in self.blocks.items()
        }

    def strangers(self, rows: Iterable[Known]) -> dict[str, int]:
        """Entries that are there and cannot be taken, so that they count as not known, -> how many images."""
        entries = ((name, _entry(name, known), known) for known in rows for name in self.blocks)
        odd = (
            f"{name} {entry!r}"
            for name, entry, known in entries
            if entry not in (None, "") and not list(self._shares(name, known))
        )
        return dict(Counter(odd).most_common())

    def checked(self, known: Known) -> Known:
        """The same, once all of it can be taken.

        Raises:
            SettingsError: a word or an age cannot be, or belongs to a field that the network does not take.
        """
        words = {"age": f"years from 0 to {OLDEST}", "sex": listed(self.sexes), "site": listed(self.sites)}
        for name in FIELDS:
            entry = _entry(name, known)
            if entry in (None, ""):
                continue
            if name not in self.fields:
                raise SettingsError(f"{name} {_cut(entry)}: this network takes {listed(self.fields)} alone")
            if not list(self._shares(name, known)):
                raise SettingsError(
                    f"{name} {_cut(entry)}: expected {words[name]}; leave it out where not known"
                )
        return known

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `read_encoding` makes the same."""
        return {
            "fields": list(self.fields),
            "age_knots": list(self.age_knots),
            "sexes": list(self.sexes),
            "sites": list(self.sites),
        }

    def _shares(self, name: MetadataField, known: Known) -> Iterator[tuple[int, float]]:
        """Places of one field's block that are not zero, and their numbers; none where it is not known."""
        if name == "age":
            yield from _age_shares(known.age_years, self.age_knots)
            return
        words = self.sexes if name == "sex" else self.sites
        entry = _entry(name, known)
        if entry in words:
            yield words.index(str(entry)), 1.0


def encoding_of(settings: Metadata) -> MetadataEncoding | None:
    """The encoding of a recipe; None where it uses the image alone."""
    return MetadataEncoding(settings.use, settings.sites) if settings.use else None


def width_of(settings: Metadata) -> int:
    """How many numbers there are beside an image; 0 where a recipe uses the image alone."""
    encoding = encoding_of(settings)
    return 0 if encoding is None else encoding.width


def read_encoding(values: Mapping[str, Any]) -> MetadataEncoding:
    """The encoding that `as_json` wrote; `values` have been checked."""
    fields, sites, sexes, knots = (tuple(values[key]) for key in ("fields", "sites", "sexes", "age_knots"))
    return MetadataEncoding(fields, sites, sexes, knots)


def known_rows(ages: Iterable[float], sexes: Iterable[str], sites: Iterable[str]) -> list[Known]:
    """What columns of a manifest say of each image: ages in years, NaN where not known, and words."""
    return [
        Known(None if math.isnan(age) else float(age), str(sex), str(site))
        for age, sex, site in zip(ages, sexes, sites, strict=True)
    ]


def known_from_texts(age: str = "", sex: str = "", site: str = "") -> Known:
    """What somebody has typed; empty where not known. Whether a model knows the words is asked later.

    Raises:
        SettingsError: the age is no number of years.
    """
    years, *words = (text.strip().lower() for text in (age, sex, site))
    if years and not AGE.fullmatch(years):
        raise SettingsError(f"age {_cut(age)}: expected years from 0 to {OLDEST}, such as 55")
    return Known(float(years) if years else None, *words)


def listed(words: Sequence[str]) -> str:
    """With commas between them."""
    return ", ".join(words)


def strangers_in_words(strangers: Mapping[str, int], remedy: str) -> str:
    """One line about entries that cannot be taken, of which there are some."""
    shown = ", ".join(f"{entry} ({count:,})" for entry, count in list(strangers.items())[:6])
    more = f" and {len(strangers) - 6} more" if len(strangers) > 6 else ""
    return (
        f"{sum(strangers.values()):,} entries of metadata are none of the words expected and count as not "
        f"known: {shown}{more}; {remedy}"
    )


def _entry(name: MetadataField, known: Known) -> float | str | None:
    return {"age": known.age_years, "sex": known.sex, "site": known.site}[name]


def _cut(entry: object) -> str:
    """A stranger's entry, cut to what can be read, with all that is not printable shown as its code."""
    return ascii(entry[:40]) if isinstance(entry, str) else str(entry)


def _age_shares(age: float | None, knots: Sequence[float]) -> Iterator[tuple[int, float]]:
    """An age as shares of the knots below and above it."""
    if age is None or not 0 <= age <= OLDEST:
        return
    within = min(max(age, knots[0]), knots[-1])
    above = next(index for index, knot in enumerate(knots) if within <= knot)
    if knots[above] == within:
        yield above, 1.0
        return
    share = (within - knots[above - 1]) / (knots[above] - knots[above - 1])
    yield above - 1, 1.0 - share
    yield above, share
