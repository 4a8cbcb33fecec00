"""Budgets by trials and by time."""

from __future__ import annotations

import pytest

from lentigo.searching.budget import Budget, parse_budget
from lentigo.settings.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("20", Budget(trials=20)),
        ("90s", Budget(seconds=90)),
        ("30m", Budget(seconds=1800)),
        (" 2h ", Budget(seconds=7200)),
    ],
)
def test_budgets_are_read(text: str, budget: Budget) -> None:
    assert parse_budget(text) == budget


@pytest.mark.parametrize("text", ["", "0", "0m", "-3", "m", "20 trials", "1.5h"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="30m"):
        parse_budget(text)


def test_when_another_trial_may_begin() -> None:
    assert Budget(trials=2).allows_another(1, 1e9)
    assert not Budget(trials=2).allows_another(2, 0)
    assert Budget(seconds=10).allows_another(999, 9.9)
    assert not Budget(seconds=10).allows_another(0, 10.0)
