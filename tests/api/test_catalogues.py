"""What can be named: found by its path, or by what somebody may mean."""

from __future__ import annotations

import pytest

from lentigo.api.catalogues import backbones, keys, recipes
from lentigo.settings.errors import SettingsError


def test_keys_are_found_by_part_and_by_meaning() -> None:
    assert all("balance" in key.path for key in keys("balance"))
    assert "stages.0.epochs" in [key.path for key in keys("epochs")]
    with pytest.raises(SettingsError, match="lentigo keys"):
        keys("no such thing")


def test_recipes_and_backbones_have_something_to_say() -> None:
    assert all(row["command"].startswith("lentigo ") and row["about"] for row in recipes())
    assert {"backbone", "pixels", "parameters", "weights"} <= set(backbones()[0])
