"""Audited tables for the tests of checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from lentigo.evaluation.checks.audited import COLUMNS, Audited

Maker = Callable[..., Audited]


def make_audited(parts: tuple[str, ...] = (), **columns: list[Any]) -> Audited:
    """An audited table of some columns; the rest is unknown, each row a group of its own."""
    num = len(next(iter(columns.values())))
    table = pd.DataFrame({name: [""] * num for name in COLUMNS})
    table["image_id"] = table["group"] = table["known_group"] = [f"i{row}" for row in range(num)]
    table["width"] = table["height"] = 0
    table["is_changed"] = False
    for name, values in columns.items():
        table[name] = values
    return Audited(table, parts, is_looked_at=True, is_compared=True)


@pytest.fixture(scope="session")
def audited() -> Maker:
    return make_audited
