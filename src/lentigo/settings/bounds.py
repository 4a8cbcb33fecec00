"""Bounds of a number, written beside its type: `epochs: Annotated[int, Within(1, 100)]`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Within:
    """From `low` to `high`, both allowed unless said otherwise; NaN and infinity never are."""

    low: float
    high: float
    above: bool = False
    """Whether `low` itself is not allowed."""
    below: bool = False
    """Whether `high` itself is not."""

    def problem(self, value: float) -> str:
        """What is wrong with a value; empty where nothing is."""
        if self.low < value < self.high or (value == self.low and not self.above):
            return ""
        if value == self.high and not self.below:
            return ""
        if isinstance(value, int) and not isinstance(self.low, float):
            return f"at least {self.low}" if value < self.low else f"at most {self.high}"
        return f"{value} is not {self}"

    def __str__(self) -> str:
        """`between 0 and 1`, or in brackets where an end is not allowed."""
        if not (self.above or self.below):
            return f"between {self.low:.10g} and {self.high:.10g}"
        return f"in {'(' if self.above else '['}{self.low:.10g}, {self.high:.10g}{')' if self.below else ']'}"
