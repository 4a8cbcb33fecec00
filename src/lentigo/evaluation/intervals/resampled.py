"""A figure as observed and resampled, and an interval: what is computed with here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lentigo.evaluation.metrics import Floats

UPPER_TAIL = 0.975


@dataclass(frozen=True)
class Resampled:
    """A figure, or an array of figures (...), as observed and as it would have come out otherwise."""

    observed: Floats
    """(...)."""
    drawn: Floats
    """(R, ...) on each resample."""
    jackknife: Floats
    """(J, ...) with each J-th part of the groups left out (the jackknife)."""

    def then(self, function: Callable[[Floats], Floats]) -> Resampled:
        """Apply a function of arrays (..., K, K) or the like to all of it."""
        return Resampled(
            np.asarray(function(self.observed)), function(self.drawn), np.asarray(function(self.jackknife))
        )

    def at(self, place: int) -> Resampled:
        """One of an array of figures, by its place on the last axis."""
        return self.then(lambda values: values[..., place])

    def minus(self, other: Resampled) -> Resampled:
        """Difference of two figures that were resampled together."""
        return Resampled(
            self.observed - other.observed, self.drawn - other.drawn, self.jackknife - other.jackknife
        )


@dataclass(frozen=True)
class Interval:
    """A figure, its 95 % interval, and the images and groups it rests on; nan where undefined."""

    value: float
    low: float
    high: float
    n: int
    n_groups: int

    def as_json(self) -> dict[str, float | int | None]:
        """As a dict for JSON, None where undefined."""
        bounds = {name: defined_or_none(getattr(self, name)) for name in ("value", "low", "high")}
        return {**bounds, "n": self.n, "n_groups": self.n_groups}


def defined_or_none(value: float) -> float | None:
    """A number for JSON, which has no nan."""
    return float(value) if np.isfinite(value) else None
