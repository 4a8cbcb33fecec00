from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.class_map import (
    coarse_name,
    coarse_names,
    coarse_probabilities,
    parse_class_map,
)
from lentigo.settings.errors import SettingsError

AKIEC = {"AKIEC": ("AK", "SCC")}


def test_equations_are_read() -> None:
    assert parse_class_map(["AKIEC=AK+SCC"]) == AKIEC
    assert parse_class_map(["benign = NV", "benign=BKL"]) == {"benign": ("NV", "BKL")}


@pytest.mark.parametrize("entry", ["AKIEC", "=AK", "AKIEC=", "AKIEC=AK+", "A=A"])
def test_what_is_no_equation(entry: str) -> None:
    with pytest.raises(SettingsError, match="--map"):
        parse_class_map([entry])


def test_a_class_belongs_to_one_class_only() -> None:
    with pytest.raises(SettingsError, match="two classes"):
        parse_class_map(["A=X", "B=X"])


def test_labels_and_columns() -> None:
    assert coarse_name("SCC", AKIEC) == "AKIEC"
    assert coarse_name("AKIEC", AKIEC) == "AKIEC"
    assert coarse_names(("MEL", "AK", "NV", "SCC"), AKIEC) == ("MEL", "AKIEC", "NV")
    found, names = coarse_probabilities(np.array([[0.1, 0.2, 0.3, 0.4]]), ("MEL", "AK", "NV", "SCC"), AKIEC)
    assert names == ("MEL", "AKIEC", "NV")
    np.testing.assert_allclose(found, [[0.1, 0.6, 0.3]])


def test_sums_do_not_pass_one() -> None:
    found, _ = coarse_probabilities(np.array([[0.9, 0.0, 0.8]]), ("AK", "NV", "SCC"), AKIEC)
    assert found.tolist() == [[1.0, 0.0]]
