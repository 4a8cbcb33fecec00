"""The option `--fractions`."""

from __future__ import annotations

import pytest

from lentigo.cli.split import parse_fractions
from lentigo.settings.errors import SettingsError


def test_three_numbers() -> None:
    assert parse_fractions("0.6, 0.2,0.2") == (0.6, 0.2, 0.2)


@pytest.mark.parametrize("text", ["0.5,0.5", "a,b,c", "0.5,0.5,0.5", "0,1,0", "1.2,-0.1,-0.1", ""])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="--fractions"):
        parse_fractions(text)
