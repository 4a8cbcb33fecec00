"""Results as plain data that show themselves in a notebook, and become tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lentigo.api.extras import needed
from lentigo.report.cards.facts import facts_card, rows_card

if TYPE_CHECKING:
    import pandas as pd

MOST_KEYS = 12
FIGURE = ("value", "low", "high", "n", "n_groups")


class Result(dict[str, Any]):
    """What a verb has found, as a dict that is also written as JSON."""

    title = "Result"

    def _repr_html_(self) -> str:
        return facts_card(self.title, self)

    def _repr_pretty_(self, printer: Any, _is_cycle: bool) -> None:
        """Beside the card, and in a terminal of IPython: what is in it; `print` shows it all."""
        keys, more = ", ".join(list(self)[:MOST_KEYS]), ", ..." if len(self) > MOST_KEYS else ""
        printer.text(f"{type(self).__name__} of {keys}{more}")

    def to_frame(self) -> pd.DataFrame:
        """Every figure as a row: where it stands, value, low, high, n, n_groups."""
        return frame(list(figure_rows(self)), ("figure", *FIGURE))


class Rows(list[dict[str, Any]]):
    """Several of one kind, each a dict."""

    @property
    def title(self) -> str:
        """How many there are."""
        return f"{len(self):,} rows" if len(self) != 1 else "1 row"

    def _repr_html_(self) -> str:
        return rows_card(self.title, self)

    def _repr_pretty_(self, printer: Any, _is_cycle: bool) -> None:
        """As of `Result`."""
        printer.text(self.title)

    def to_frame(self) -> pd.DataFrame:
        """One row each."""
        return frame(self)


def frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A table of rows; with these columns even where there are none.

    Raises:
        SettingsError: pandas is not installed.
    """
    table: pd.DataFrame = needed("pandas").DataFrame(list(rows), columns=columns)
    return table


def figure_rows(facts: Mapping[str, Any], above: str = "") -> Iterator[dict[str, Any]]:
    """Figures with intervals, wherever they stand: `figure` is the path to it, joined by points."""
    for name, value in facts.items():
        path = f"{above}{name}"
        if isinstance(value, Mapping):
            if "value" in value and "low" in value:
                yield {"figure": path, **{key: value.get(key) for key in FIGURE}}
            else:
                yield from figure_rows(value, f"{path}.")
