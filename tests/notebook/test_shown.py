"""Results become tables, with pandas where it is installed."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from lentigo.notebook.shown import Result, Rows
from lentigo.settings.errors import SettingsError

FIGURE = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9, "n_groups": 5}


def test_every_figure_is_a_row_wherever_it_stands() -> None:
    table = Result(
        {"part": "test", "metrics": {"accuracy": FIGURE}, "baselines": {"a": {"m": FIGURE}}}
    ).to_frame()
    assert table["figure"].tolist() == ["metrics.accuracy", "baselines.a.m"]
    assert table.loc[0, ["value", "low", "high", "n", "n_groups"]].tolist() == list(FIGURE.values())
    assert list(Result({}).to_frame().columns) == list(table.columns)


def test_rows_are_a_table_and_show_as_one() -> None:
    rows = Rows([{"name": "a", "n": 1}, {"name": "b", "n": 2}])
    assert rows.to_frame()["n"].tolist() == [1, 2]
    assert "2 rows" in rows._repr_html_()
    assert "1 row<" in Rows([{"name": "a"}])._repr_html_()
    assert "0 rows" in Rows()._repr_html_()


def test_without_pandas_the_command_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SettingsError, match=r'pip install "lentigo\[analysis\]"'):
        Rows().to_frame()


def test_what_stands_beside_a_card_is_short() -> None:
    said: list[str] = []
    printer = SimpleNamespace(text=said.append)
    Result(dict.fromkeys("abcdefghijklmn", "x" * 10_000))._repr_pretty_(printer, False)
    Rows([{"name": "x" * 10_000}])._repr_pretty_(printer, False)
    assert said == ["Result of a, b, c, d, e, f, g, h, i, j, k, l, ...", "1 row"]
