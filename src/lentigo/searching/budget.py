"""How long a search goes on: `20` trials, or `90s`, `30m`, `2h` of training; text in, a budget out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lentigo.settings.errors import SettingsError

SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class Budget:
    """An end by number of trials or by time; exactly one of them is given."""

    trials: int | None = None
    """Trials of the whole search, those of earlier calls included."""
    seconds: float | None = None
    """Training time added over all finished trials; no new one begins after that."""

    def allows_another(self, num_trials: int, seconds: float) -> bool:
        """Whether one more trial may begin after so many begun, which have trained so long."""
        if self.trials is not None:
            return num_trials < self.trials
        return seconds < (self.seconds or 0.0)


def parse_budget(text: str) -> Budget:
    """Read `20`, `90s`, `30m` or `2h`.

    Raises:
        SettingsError: it is none of these, or nothing at all.
    """
    match = re.fullmatch(r"(\d+)([smh]?)", text.strip())
    if not match or int(match[1]) == 0:
        raise SettingsError(f"--budget {text}: expected a number of trials such as 20, or a time such as 30m")
    if match[2]:
        return Budget(seconds=float(int(match[1]) * SECONDS[match[2]]))
    return Budget(trials=int(match[1]))
