"""Recipes: what is read, what is refused, and that nothing is lost on the way back."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import POOLED_HEAD, EarlyStopping, HeadLayer, Recipe, Stage
from lentigo.settings.toml import dump_recipe, load_recipe, parse_recipe, recipe_names, recipe_text

MINIMAL = 'name = "tiny"\n'


def test_what_is_left_out_takes_the_default() -> None:
    assert parse_recipe(MINIMAL) == Recipe(name="tiny")


def test_every_mistake_is_named_at_once_with_its_key_path() -> None:
    text = """
    nam = "x"
    [input]
    hieght = 3
    width = "wide"
    [[stages]]
    epochs = true
    """
    with pytest.raises(SettingsError) as caught:
        parse_recipe(text)
    message = str(caught.value)
    assert "nam: unknown key; did you mean name?" in message
    assert "input.hieght: unknown key; did you mean height?" in message
    assert "input.width: expected a whole number, found 'wide'" in message
    assert "stages.0.epochs: expected a whole number, found True" in message
    assert "name: missing" in message


def test_a_choice_that_does_not_exist_is_answered_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean adamw"):
        parse_recipe(MINIMAL + '[training]\noptimizer = "adamW"\n')


def test_syntax_errors_carry_the_line() -> None:
    with pytest.raises(SettingsError, match="line 2"):
        parse_recipe('name = "x"\n[input\n')


def test_short_forms() -> None:
    recipe = parse_recipe(
        MINIMAL
        + '[model]\nhead = "pooled"\n[balance]\nresample_to = 500\n[[stages]]\nlearn = "head"\nlr = 1\n'
    )
    assert recipe.model.head == POOLED_HEAD
    assert recipe.balance.resample_to == "500"
    assert recipe.stages[0].learn == ("head",)
    assert recipe.stages[0].lr == 1.0


def test_overrides_reach_into_lists_and_take_bare_words() -> None:
    recipe = parse_recipe(
        MINIMAL + "[[stages]]\nepochs = 3\n",
        overrides=["stages.0.epochs=7", "model.backbone=xception", "training.seed=5", "input.height = 64"],
    )
    assert (recipe.stages[0].epochs, recipe.model.backbone, recipe.training.seed) == (7, "xception", 5)
    assert recipe.input.height == 64


@pytest.mark.parametrize("override", ["batch_size", "stages.9.epochs=1", "=3", "name.x=1"])
def test_an_override_that_leads_nowhere_is_refused(override: str) -> None:
    with pytest.raises(SettingsError):
        parse_recipe(MINIMAL + "[[stages]]\n", overrides=[override])


def test_an_unknown_recipe_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean baseline"):
        load_recipe("baselin")


def test_a_recipe_can_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MINIMAL, encoding="utf-8")
    assert load_recipe(path).name == "tiny"


@pytest.mark.parametrize("name", recipe_names())
def test_every_packaged_recipe_is_sound_and_opens_with_its_command(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    first_line = recipe_text(name)[1].splitlines()[0]
    assert first_line.startswith("# lentigo ")
    assert name in first_line


@settings(deadline=None)  # a busy machine is slow, not wrong
@given(
    epochs=st.integers(1, 500),
    lr=st.floats(1e-9, 10),
    rate=st.floats(0, 0.99),
    patience=st.integers(1, 50) | st.none(),
    seed=st.integers(0, 2**31),
)
def test_written_and_read_again_is_the_same(
    epochs: int, lr: float, rate: float, patience: int | None, seed: int
) -> None:
    early = EarlyStopping(patience=patience) if patience else None
    recipe = Recipe(name="x", stages=(Stage(("head", "block1"), epochs, lr, early_stopping=early),))
    head = (HeadLayer("flatten"), HeadLayer("dense", units=epochs), HeadLayer("dropout", rate=rate))
    recipe = dataclasses.replace(
        recipe,
        model=dataclasses.replace(recipe.model, head=head),
        training=dataclasses.replace(recipe.training, seed=seed),
    )
    assert parse_recipe(dump_recipe(recipe)) == recipe


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("training.seed=" + "9" * 5000, "more than 64 bits"),
        ("training.batch_size=" + "[" * 500 + "]" * 500, "nested too deep"),
        ("name=\udce4", "half a character"),
        ("name='a'\nseed = 1", "several values"),
        ("stages.\u00b2.epochs=1", "no such key"),
        ("stages." + "9" * 5000 + ".epochs=1", "no such key"),
        ("a" + ".a" * 5000 + "=1", "no such key"),
        ("training.lr=" + "x" * 10**6, "unknown key"),
        ("task.classes=" + "'" + "x" * 10**6 + "'", "task.classes"),
        ("", "expected key=value"),
    ],
)
def test_no_override_is_more_than_an_error_of_a_line(override: str, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_recipe("baseline", [override])
    assert message in str(error.value)
    assert len(str(error.value)) < 2000
