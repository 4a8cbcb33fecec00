"""Keys of a recipe as rows: all there, none without a meaning, and found by what other tools call them."""

from __future__ import annotations

import tomllib

import pytest

from lentigo.settings.errors import SettingsError
from lentigo.settings.keys import SYNONYMS, keys_meant, recipe_keys, tables
from lentigo.settings.toml import dump_recipe, load_recipe, parse_recipe, recipe_names


def paths_of(value: object, path: str = "") -> set[str]:
    """Paths of everything in a TOML document, the first of each list standing for all."""
    if isinstance(value, dict):
        pairs = [(f"{path}.{name}" if path else name, inner) for name, inner in value.items()]
        return {where for where, _ in pairs} | {
            one for where, inner in pairs for one in paths_of(inner, where)
        }
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {one for inner in value for one in paths_of(inner, f"{path}.0")}
    return set()


@pytest.mark.parametrize("name", recipe_names())
def test_every_key_that_a_recipe_has_is_a_row(name: str) -> None:
    written = paths_of(tomllib.loads(dump_recipe(load_recipe(name))))
    assert written <= {key.path for key in recipe_keys()}


def test_no_key_is_without_type_default_and_meaning() -> None:
    assert [key.path for key in recipe_keys() if not (key.kind and key.default and key.meaning)] == []


def test_rows_as_they_stand_on_the_page() -> None:
    rows = {key.path: key for key in recipe_keys()}
    assert rows["training.batch_size"].kind == "`int` between 1 and 65536"
    assert rows["training.batch_size"].default == "`32`"
    assert rows["stages.0.lr"].kind == "`float` in (0, 10]"
    assert rows["model.head"].default == "`pooled`"
    assert rows["name"].default == "required"
    assert rows["stages.0.early_stopping"].kind.endswith("may be absent")
    assert rows["augmentation.horizontal_flip"].default == "`false`"
    assert rows["training.seed"].kind == "`int` between 0 and 4294967295"


def test_tables_hold_each_key_once() -> None:
    names = [key.name for key in tables()["Stage"][1]]
    assert len(names) == len(set(names))
    assert {"learn", "epochs", "lr", "size"} <= set(names)


def test_every_synonym_is_of_a_key_that_there_is() -> None:
    names = {key.name for key in recipe_keys()}
    assert set(SYNONYMS.values()) <= names | {key.path for key in recipe_keys()}
    assert set(SYNONYMS) & names == {"dropout"}, "which means the head's, and that of metadata"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("epochs", "stages.0.epochs"),
        ("training.epochs", "stages.0.epochs"),
        ("learning_rate", "stages.0.lr"),
        ("learning-rate", "stages.0.lr"),
        ("image_size", "input.height"),
        ("bs", "training.batch_size"),
        ("tta", "prediction.views"),
    ],
)
def test_a_mistake_names_the_key_that_was_meant(typed: str, meant: str) -> None:
    assert meant in keys_meant(typed)
    with pytest.raises(SettingsError, match=f"did you mean {meant}"):
        parse_recipe('name = "x"', overrides=[f"{typed}=3"])


def test_nothing_is_guessed_where_nothing_is_near() -> None:
    assert keys_meant("zzz") == []
    with pytest.raises(SettingsError, match="`lentigo keys` lists all"):
        parse_recipe('name = "x"', overrides=["zzzzzz=1"])
