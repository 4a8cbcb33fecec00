"""What `bundle.json` says of metadata in; whether it can be used out."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from lentigo.data.metadata.encoding import FIELDS

METADATA = (
    f"null, or an object with fields (some of {', '.join(FIELDS)}), age_knots (ages in years that rise), "
    "sexes and sites (different texts), dropout and known (share of the training images by field)"
)
KEYS = {"fields", "age_knots", "sexes", "sites", "dropout", "known"}
MOST_WORDS = 1000


def is_metadata(value: Any) -> bool:
    """Whether it is nothing, or names fields and how each becomes numbers."""
    if value is None:
        return True
    if not isinstance(value, dict) or value.keys() != KEYS:
        return False
    return (
        _are_words(value["fields"])
        and len(value["fields"]) > 0
        and set(value["fields"]) <= set(FIELDS)
        and _are_words(value["sexes"])
        and _are_words(value["sites"])
        and _are_ages(value["age_knots"])
        and _is_share(value["dropout"])
        and isinstance(value["known"], dict)
        and value["known"].keys() == set(value["fields"])
        and all(map(_is_share, value["known"].values()))
    )


def _are_words(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= MOST_WORDS
        and all(isinstance(one, str) and one for one in value)
        and len(set(value)) == len(value)
    )


def _are_ages(value: Any) -> bool:
    if not isinstance(value, list) or not 2 <= len(value) <= MOST_WORDS or not all(map(_is_number, value)):
        return False
    return all(lower < upper for lower, upper in pairwise(value))


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
