"""The option `--map`."""

from __future__ import annotations

import pytest

from lentigo.cli.data_import import parse_map
from lentigo.settings.errors import SettingsError


def test_entries_become_a_dict_and_only_the_first_sign_counts() -> None:
    assert parse_map(["nevus=NV", "a=b=c"]) == {"nevus": "NV", "a": "b=c"}


def test_an_entry_without_sign_is_refused() -> None:
    with pytest.raises(SettingsError, match="--map nevus"):
        parse_map(["nevus"])
