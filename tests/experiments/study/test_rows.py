"""The rows: each is a recipe that exists, with the figures of the study."""

from __future__ import annotations

import pytest

from lentigo.experiments.study.rows import ROWS, available_rows, choose_rows
from lentigo.settings.errors import SettingsError
from lentigo.settings.toml import load_recipe, recipe_names


def test_every_row_has_its_recipe_and_its_verb() -> None:
    assert available_rows() == ROWS
    assert {row.recipe for row in ROWS} <= set(recipe_names())
    assert [row.id for row in ROWS if load_recipe(row.recipe).search] == ["S4"]
    assert all((row.verb == "search") == bool(load_recipe(row.recipe).search) for row in ROWS)


def test_reported_figures_come_one_a_stage() -> None:
    """The study printed a figure after each stage of S6, S8, S9 and S10; recipes have as many stages."""
    for row in ROWS:
        if len(row.unbalanced) > 1:
            assert len(row.unbalanced) == len(row.balanced) == len(load_recipe(row.recipe).stages)


def test_the_study_s_matrices_give_the_figures_of_its_validation() -> None:
    by_id = {row.id: row for row in ROWS}
    assert by_id["S7"].unbalanced[0] == pytest.approx((2667 + 1184) / 4221, abs=5e-5)
    assert by_id["S7"].balanced[0] == pytest.approx((1388 + 1381) / 2816, abs=5e-5)
    assert by_id["S7"].recipe == by_id["S11"].recipe == by_id["S6"].recipe


def test_rows_are_chosen_by_id_or_recipe_in_the_order_of_the_study() -> None:
    assert [row.id for row in choose_rows(["s8", "Augmented", "S1"])] == ["S1", "S2", "S8"]
    assert [row.id for row in choose_rows(["xception-binary"])] == ["S6", "S7", "S11"]
    assert choose_rows([]) == available_rows()
    with pytest.raises(SettingsError, match="no row S99"):
        choose_rows(["S99"])


def test_a_row_without_its_recipe_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lentigo.experiments.study.rows.recipe_names", lambda: ["baseline", "genetic"])
    monkeypatch.setattr("lentigo.experiments.study.rows.find_spec", lambda name: None)
    assert [row.id for row in available_rows()] == ["S1"]
