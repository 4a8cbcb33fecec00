"""What a publication prints, as text, in; numbers to reckon with out."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from lentigo.evaluation.intervals.intervals import NORMAL_QUANTILE
from lentigo.settings.errors import SettingsError

DATASETS: dict[str, dict[str, int]] = {
    "isic2019": {
        "MEL": 4522, "NV": 12875, "BCC": 3323, "AK": 867, "BKL": 2624, "DF": 239, "VASC": 253, "SCC": 628,
    },
    "ham10000": {"MEL": 1113, "NV": 6705, "BCC": 514, "AKIEC": 327, "BKL": 1099, "DF": 115, "VASC": 142},
}  # fmt: skip
"""Training images of each class, from the official tables."""


@dataclass(frozen=True)
class Measured:
    """Right and wrong answers on one set of images."""

    n: int
    errors: int
    rows: tuple[tuple[int, int], ...] = ()
    """(images, errors) of each true class, where a confusion matrix tells them."""
    decimals: int = 4
    """Of the printed accuracy."""
    unreachable: str = ""
    """The printed accuracy, where no whole number of errors among n images gives it; empty where one does."""

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return 1 - self.errors / self.n


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix of two classes, rows = truth."""

    cells: tuple[tuple[int, int], tuple[int, int]]

    @property
    def row_sums(self) -> tuple[int, int]:
        """Images of each true class."""
        (a, b), (c, d) = self.cells
        return a + b, c + d

    @property
    def measured(self) -> Measured:
        """Its right and wrong answers."""
        rows = ((self.row_sums[0], self.cells[0][1]), (self.row_sums[1], self.cells[1][0]))
        return Measured(sum(self.row_sums), self.cells[0][1] + self.cells[1][0], rows)

    def balanced_accuracy(self) -> dict[str, float | int]:
        """Mean of the two recalls with a 95 % interval (normal approximation, images taken as independent).

        Where a lesion has several images the true interval is wider; a matrix does not tell by how much.
        """
        recalls = [1 - errors / n for n, errors in self.measured.rows]
        variance = sum(p * (1 - p) / n for p, n in zip(recalls, self.row_sums, strict=True)) / 4
        value, reach = sum(recalls) / 2, NORMAL_QUANTILE * math.sqrt(variance)
        low, high = max(0.0, value - reach), min(1.0, value + reach)
        return {"value": value, "low": low, "high": high, "n": sum(self.row_sums)}


@dataclass(frozen=True)
class Pair:
    """Two printed accuracies of (it is said) one network: on one set of images, and on a second one."""

    first: Measured
    second: Measured
    name: str = ""


def parse_matrix(text: str) -> Matrix:
    """Read `2667,142,228,1184`: row by row, rows = truth.

    Raises:
        SettingsError: not four counts, or a row without images.
    """
    cells = re.findall(r"\d+", text) if re.fullmatch(r"[\s,]*\d+([\s,]+\d+){3}[\s,]*", text) else []
    if len(cells) != 4:
        raise SettingsError(f"--matrix {text}: expected four counts, row by row, such as 2667,142,228,1184")
    a, b, c, d = (int(cell) for cell in cells)
    if a + b == 0 or c + d == 0:
        raise SettingsError(
            f"--matrix {text}: a row without images; rows are the truth, each class needs some"
        )
    return Matrix(((a, b), (c, d)))


def parse_pair(text: str) -> Pair:
    """Read `4221:0.9064,2816:0.9833`: images and accuracy of the first and of the second set.

    Raises:
        SettingsError: anything else.
    """
    found = re.fullmatch(r"\s*(\d+):([01](?:\.\d+)?)\s*,\s*(\d+):([01](?:\.\d+)?)\s*", text)
    if not found:
        raise SettingsError(
            f"--pair {text}: expected images:accuracy of two sets, such as 4221:0.9064,2816:0.9833"
        )
    n_first, first, n_second, second = found.groups()
    return Pair(_printed(int(n_first), first), _printed(int(n_second), second), text.replace(" ", ""))


def _printed(n: int, accuracy: str) -> Measured:
    """The whole number of errors that comes nearest to a printed accuracy."""
    value, decimals = float(accuracy), len(accuracy.partition(".")[2])
    if n < 1 or value > 1:
        raise SettingsError(f"{n}:{accuracy}: expected a number of images and an accuracy from 0 to 1")
    errors = round(n * (1 - value))
    # half a unit of the last digit, and a little for the rounding of floats
    fits = abs(1 - errors / n - value) <= 0.501 * 10.0**-decimals
    return Measured(n, errors, decimals=decimals, unreachable="" if fits else accuracy)
