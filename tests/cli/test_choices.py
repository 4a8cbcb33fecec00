"""Help names what tables hold, at the moment it is shown."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest

from lentigo.cli.app import main
from lentigo.cli.choices import TABLES


@pytest.mark.parametrize("key", TABLES)
def test_every_table_is_there_and_has_names(key: str) -> None:
    module, _, table = TABLES[key].rpartition(".")
    names = list(getattr(import_module(module), table))
    assert names
    assert all(isinstance(name, str) for name in names)


def test_without_the_table_help_is_shown_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "lentigo.data.sources", None)  # what an import then meets: ImportError
    assert main(["data", "import", "--help"]) == 0
    assert "guess, or one of the names in lentigo.data.sources" in " ".join(capsys.readouterr().out.split())
