"""What the table says of a row: computed by hand from the files of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lentigo.experiments.study.facts import (
    is_trained,
    is_upsampled,
    learnt_and_floor,
    row_facts,
    stage_figures,
)
from lentigo.experiments.study.rows import ROWS
from lentigo.settings.errors import RunError
from lentigo.settings.files import write_json
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe

BY_ID = {row.id: row for row in ROWS}


def test_a_network_that_names_the_commonest_class_is_not_trained() -> None:
    assert not is_trained(0.60, 0.66)
    assert not is_trained(0.66, 0.66), "exactly what a constant answer scores"
    assert is_trained(0.67, 0.66)


@pytest.mark.parametrize(
    ("setting", "figure", "floor"),
    [
        ("balance.prior_power=1", 0.6, 0.66),
        ("balance.resample_to=geometric", 0.45, 0.125),
        ("balance.draw_power=0.5", 0.45, 0.125),
        ("balance.weight_power=1", 0.45, 0.125),
    ],
)
def test_who_learnt_balanced_images_is_asked_about_every_class_equally(
    setting: str, figure: float, floor: float
) -> None:
    training = {"accuracy": 0.6, "majority_share": 0.66, "balanced_accuracy": 0.45, "class_share": 0.125}
    found = learnt_and_floor(training, load_recipe("xception-eight", [setting]).balance)
    assert (found["figure"], found["floor"]) == (figure, floor)
    assert found["accuracy"] == 0.6


def test_figures_of_a_stage_are_those_of_the_epoch_it_kept() -> None:
    stages = [{"name": "head", "epochs": 2, "kept_epoch": 1}, {"name": "all", "epochs": 1, "kept_epoch": 1}]
    history = [
        {"stage": 0, "epoch": 1, "val_accuracy": 0.7, "val_balanced_accuracy": 0.6},
        {"stage": 0, "epoch": 2, "val_accuracy": 0.9, "val_balanced_accuracy": 0.9},
        {"stage": 1, "epoch": 1, "val_accuracy": None},
    ]
    found = stage_figures(stages, history)
    assert [(row["unbalanced"], row["balanced"]) for row in found] == [(0.7, 0.6), (None, None)]


def test_an_input_larger_than_half_of_the_images_is_upsampled() -> None:
    recipe = load_recipe("xception-binary")
    assert is_upsampled(recipe, {"height": 256, "width": 341})
    assert not is_upsampled(recipe, {"height": 450, "width": 600})
    assert not is_upsampled(recipe, {"height": 0, "width": 0}), "not known"
    assert not is_upsampled(load_recipe("baseline"), {"height": 192, "width": 256})


def test_everything_of_a_run(make_run: Callable[..., RunDirectory]) -> None:
    facts = row_facts(BY_ID["S6"], make_run("xception-binary"))
    assert facts["ours"]["accuracy"]["value"] == 0.81
    assert facts["ours"]["balanced"]["low"] == pytest.approx(0.72)
    assert [stage["unbalanced"] for stage in facts["ours"]["stages"]] == [0.7, 0.8]
    assert facts["is_trained"]
    assert facts["leaked"] is False
    assert facts["scale"]["is_upsampled"], "320 px from images of 192 x 256"
    assert facts["scale"]["epochs"] == [2, 1]
    assert facts["reported"]["balanced"][-1] == 0.9851
    assert facts["validation"] is None


def test_s7_has_precision_recall_f1_and_the_matrix(make_run: Callable[..., RunDirectory]) -> None:
    found = row_facts(BY_ID["S7"], make_run("xception-binary"))["validation"]
    assert found["confusion_matrix"] == [[50, 10], [9, 31]]
    assert {name: figure["value"] for name, figure in found["unbalanced"].items()} == {
        "precision": 0.6, "recall": 0.6, "f1": 0.6,
    }  # fmt: skip


@pytest.mark.parametrize("confirmed", [2, 1])
def test_of_a_search_the_table_has_its_trainings_time_genes_and_optimism(
    make_run: Callable[..., RunDirectory], confirmed: int
) -> None:
    run = make_run("genetic", place="genetic/trials/0002")
    genes = {gene.key: 0.5 for gene in run.recipe().search.genes}  # type: ignore[union-attr]
    (run.path.parents[1] / "recipe.toml").write_bytes(run.recipe_file.read_bytes())
    write_json(
        run.path.parents[1] / "search.json",
        {
            "num_trials": 20, "seconds": 900.0, "winner": {"number": 2, "mutation_rate": 0.11, **genes},
            "confirmations": [{"winner": confirmed, "optimism": {"value": 0.02}}],
        },
    )  # fmt: skip
    facts = row_facts(BY_ID["S4"], run)
    assert facts["seconds"] == 900
    assert facts["search"]["num_trials"] == 20
    assert facts["search"]["genes"] == {**genes, "mutation_rate": 0.11}
    # a figure of a winner that has been beaten since says nothing of this one
    assert facts["search"]["optimism"] == ({"value": 0.02} if confirmed == 2 else None)


def test_a_failed_row_says_why_and_has_no_figures() -> None:
    facts = row_facts(replace(BY_ID["S3"], words="w"), None, "no weights")
    assert facts["error"] == "no weights"
    assert "ours" not in facts


def test_a_run_whose_test_part_was_never_looked_at_is_refused(make_run: Callable[..., RunDirectory]) -> None:
    run = make_run()
    write_json(run.evaluation_file, {"parts": {}})
    with pytest.raises(RunError, match="test part"):
        row_facts(BY_ID["S1"], run)
