"""Which column of somebody's table answers for which class."""

from __future__ import annotations

import pandas as pd
import pytest

from lentigo.api.answers.tables.answer_columns import find_answer_columns
from lentigo.settings.errors import TableError

TRUTH = ("MEL", "NV", "BCC")


def found(columns: list[str], truth: tuple[str, ...] = TRUTH, **equations: str) -> dict[str, str]:
    raw = pd.DataFrame({name: ["0.5", "0.25"] for name in columns})
    class_map = {target: tuple(parts.split("+")) for target, parts in equations.items()}
    return find_answer_columns(raw, {"image"}, truth, class_map, "theirs")


@pytest.mark.parametrize(
    "columns",
    [
        ["MEL", "NV", "BCC"],
        ["BCC", "mel", "nv"],
        ["prob_MEL", "prob_NV", "prob_BCC"],
        ["MEL_prob", "NV_prob", "BCC_prob"],
        ["p(class=MEL)", "p(class=NV)", "p(class=BCC)"],
        ["Logit.mel", "Logit.nv", "Logit.bcc"],
        ["melanoma", "melanocytic nevus", "basal cell carcinoma"],
        ["prob_melanoma", "prob_nevus", "prob_basal_cell_carcinoma"],
    ],
)
def test_columns_go_by_the_name_of_their_class(columns: list[str]) -> None:
    assert found(columns) == dict(
        zip(("BCC", "MEL", "NV") if columns[0] == "BCC" else TRUTH, columns, strict=True)
    )


def test_of_two_families_probabilities_are_taken() -> None:
    columns = [f"{word}_{name}" for word in ("logit", "prob") for name in TRUTH]
    assert found(columns) == {name: f"prob_{name}" for name in TRUTH}


def test_whatever_else_is_there_stays_aside() -> None:
    assert found(["epoch", "argmax", *TRUTH, "seconds"]) == {name: name for name in TRUTH}


def test_classes_that_the_truth_lacks_are_answered_all_the_same() -> None:
    assert list(found([*TRUTH, "SCC", "UNK"])) == [*TRUTH, "SCC", "UNK"]
    names = [f"prob_{name}" for name in (*TRUTH, "MISC")]
    assert found(names)["MISC"] == "prob_MISC"


def test_equations_name_columns() -> None:
    assert found(["p0", "p1", "p2"], MEL="p0", NV="p1", BCC="p2") == {"p0": "p0", "p1": "p1", "p2": "p2"}
    columns = ["prob_MEL", "prob_NV", "prob_AK", "prob_SCC"]
    assert found(columns, ("MEL", "NV", "AKIEC"), AKIEC="AK+SCC")["SCC"] == "prob_SCC"


def test_one_column_answers_two_classes() -> None:
    sides = ("benign", "malignant")
    assert found(["malignant"], sides) == {"malignant": "malignant"}
    assert found(["prob_malignant", "seconds"], sides) == {"malignant": "prob_malignant"}
    assert found(["target"], sides) == {"malignant": "target"}


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (["MEL", "NV"], "no column answers BCC.*--map BCC=COLUMN"),
        (["0", "1", "2"], "no column answers BCC, MEL, NV; columns of numbers: 0, 1, 2"),
        (["MEL", "melanoma", "NV", "BCC"], "several columns answer one class.*\n.*MEL and melanoma"),
    ],
)
def test_a_class_without_a_column_is_refused(columns: list[str], reason: str) -> None:
    with pytest.raises(TableError, match=reason):
        found(columns)
