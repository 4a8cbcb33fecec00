"""What a publication prints, as text, in; numbers to reckon with out."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lentigo.evaluation.intervals.intervals import NORMAL_QUANTILE
from lentigo.settings.errors import SettingsError
from lentigo.settings.toml import did_you_mean

_HAM = {"MEL": 1113, "NV": 6705, "BCC": 514, "AKIEC": 327, "BKL": 1099, "DF": 115, "VASC": 142}
DATASETS: dict[str, dict[str, int]] = {
    "isic2019": {
        "MEL": 4522, "NV": 12875, "BCC": 3323, "AK": 867, "BKL": 2624, "DF": 239, "VASC": 253, "SCC": 628,
    },
    "isic2018": _HAM,
    "ham10000": _HAM,
    "isic2020": {"benign": 32542, "malignant": 584},
}  # fmt: skip
"""Training images of each class, from the official tables; ISIC 2018 task 3 trains on HAM10000."""
_ACCURACY = r"\d+(?:\.\d+)?\s*%?"


@dataclass(frozen=True)
class Measured:
    """Right and wrong answers on one set of images."""

    n: int
    errors: int
    rows: tuple[tuple[int, int], ...] = ()
    """(images, errors) of each true class, where a confusion matrix tells them."""
    decimals: int = 4
    """Of the printed accuracy, as a share."""
    unreachable: str = ""
    """The printed accuracy, where no whole number of errors among n images gives it; empty where one does."""

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return 1 - self.errors / self.n


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix of K classes, rows = truth."""

    cells: tuple[tuple[int, ...], ...]

    @property
    def row_sums(self) -> tuple[int, ...]:
        """(K,) images of each true class."""
        return tuple(sum(row) for row in self.cells)

    @property
    def measured(self) -> Measured:
        """Its right and wrong answers."""
        rows = tuple((sum(row), sum(row) - row[place]) for place, row in enumerate(self.cells))
        return Measured(sum(self.row_sums), sum(errors for _, errors in rows), rows)

    def balanced_accuracy(self) -> dict[str, float | int]:
        """Mean of the K recalls with a 95 % interval (normal approximation, images taken as independent).

        Where a lesion has several images the true interval is wider; a matrix does not tell by how much.
        """
        recalls = [1 - errors / n for n, errors in self.measured.rows]
        count = len(recalls)
        variance = sum(p * (1 - p) / n for p, n in zip(recalls, self.row_sums, strict=True)) / count**2
        value, reach = sum(recalls) / count, NORMAL_QUANTILE * math.sqrt(variance)
        low, high = max(0.0, value - reach), min(1.0, value + reach)
        return {"value": value, "low": low, "high": high, "n": sum(self.row_sums)}


@dataclass(frozen=True)
class Pair:
    """Two printed accuracies of (it is said) one network: on one set of images, and on a second one."""

    first: Measured
    second: Measured
    name: str = ""


def class_counts_of(dataset: str, classes: str = "") -> dict[str, int]:
    """Images of each class of a data set, by its name or as people write them: `MEL=4522,NV=12875`.

    Raises:
        SettingsError: an unknown name, or counts that cannot be read.
    """
    if classes:
        return _parse_classes(classes)
    if dataset not in DATASETS:
        raise SettingsError(
            f"no data set {dataset!r}{did_you_mean(dataset, list(DATASETS))}; known are "
            f"{', '.join(DATASETS)}. Of any other say --classes NAME=IMAGES,NAME=IMAGES"
        )
    return dict(DATASETS[dataset])


def parse_matrix(text: str) -> Matrix:
    """Read `2667,142,228,1184`: K x K counts row by row, rows = truth; `;` may end a row.

    Raises:
        SettingsError: not as many counts as a square has, or a row without images.
    """
    numbers = re.split(r"[\s,;]+", text.strip(" ,;\n[]"))
    side = math.isqrt(len(numbers))
    if side < 2 or side**2 != len(numbers) or not all(re.fullmatch(r"\d{1,12}", one) for one in numbers):
        raise SettingsError(
            f"--matrix {text}: expected four counts, row by row, such as 2667,142,228,1184, or K x K of them"
        )
    counts = [int(one) for one in numbers]
    cells = tuple(tuple(counts[start : start + side]) for start in range(0, len(counts), side))
    if not all(map(sum, cells)):
        raise SettingsError(
            f"--matrix {text}: a row without images; rows are the truth, each class needs some"
        )
    return Matrix(cells)


def parse_pair(text: str) -> Pair:
    """Read `4221:0.9064,2816:98.33%`: images and accuracy of the first and of the second set.

    Raises:
        SettingsError: anything else.
    """
    found = re.fullmatch(rf"\s*(\d+):\s*({_ACCURACY})\s*,\s*(\d+):\s*({_ACCURACY})\s*", text)
    if not found:
        raise SettingsError(
            f"--pair {text}: expected images:accuracy of two sets, such as 4221:0.9064,2816:0.9833"
        )
    n_first, first, n_second, second = found.groups()
    return Pair(_printed(int(n_first), first), _printed(int(n_second), second), text.replace(" ", ""))


def with_rows(measured: Measured, matrices: Sequence[Matrix]) -> Measured:
    """A printed accuracy with the rows of the matrix that it is the accuracy of, where there is one."""
    for matrix in () if measured.rows else matrices:
        if same_figure(measured, matrix.measured):
            return matrix.measured
    return measured


def row_sums_of(measured: Measured, matrices: Sequence[Matrix]) -> tuple[int, ...]:
    """(K,) images of each true class, from its own rows or a matrix of as many images; empty if unknown."""
    if measured.rows:
        return tuple(n for n, _ in measured.rows)
    found = {matrix.row_sums for matrix in matrices if sum(matrix.row_sums) == measured.n}
    return found.pop() if len(found) == 1 else ()


def same_figure(printed: Measured, exact: Measured) -> bool:
    """Whether a printed accuracy is that of a matrix."""
    return printed.n == exact.n and round(exact.accuracy, printed.decimals) == round(
        printed.accuracy, printed.decimals
    )


def _parse_classes(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in text.split(","):
        name, _, count = one.partition("=")
        if not name.strip() or not re.fullmatch(r"\s*[1-9]\d{0,11}\s*", count) or name.strip() in found:
            raise SettingsError(
                f"--classes {text}: expected each class once, such as benign=900,malignant=100"
            )
        found[name.strip()] = int(count)
    if not 2 <= len(found) <= 16:
        raise SettingsError(f"--classes {text}: expected 2 to 16 classes, not {len(found)}")
    return found


def _printed(n: int, accuracy: str) -> Measured:
    """The whole number of errors that comes nearest to a printed accuracy."""
    plain = accuracy.removesuffix("%").strip()
    is_percent = accuracy.endswith("%")
    value = float(plain) / (100 if is_percent else 1)
    decimals = len(plain.partition(".")[2]) + 2 * is_percent
    if n < 1 or value > 1:
        raise SettingsError(
            f"{n}:{accuracy}: expected a number of images and an accuracy from 0 to 1, or with a % sign"
        )
    errors = round(n * (1 - value))
    # half a unit of the last digit, and a little for the rounding of floats
    fits = abs(1 - errors / n - value) <= 0.501 * 10.0**-decimals
    return Measured(n, errors, decimals=decimals, unreachable="" if fits else accuracy)
