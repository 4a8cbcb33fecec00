"""Answers on data preparation, network and training."""

from __future__ import annotations

from dataclasses import replace

from lentigo.report.checklists import method
from lentigo.report.checklists.facts import ChecklistFacts
from lentigo.settings.toml import load_recipe


def test_network_training_and_balancing_are_those_of_the_recipe(facts: ChecklistFacts) -> None:
    assert method.network(facts).startswith("xception, then flatten, batchnorm, dense 128, dropout 0.2")
    assert "1,234,567 parameters" in method.network(facts)
    assert "320 x 320" in method.preprocessing(facts)
    assert method.initial_weights(facts).startswith("pretrained on ImageNet")
    assert "head 40 epochs at 0.001" in method.training(facts)
    assert method.imbalance(facts) == "In the training part only: classes resampled to geometric"


def test_a_recipe_without_balancing_says_so(facts: ChecklistFacts) -> None:
    assert method.imbalance(replace(facts, recipe=load_recipe("baseline"))).startswith("Nothing")


def test_missing_data_are_counted_and_what_is_complete_is_not_named(facts: ChecklistFacts) -> None:
    assert "age of 5 images" in method.missing_data(facts)
    assert "sex of" not in method.missing_data(facts)


def test_leaked_parts_are_called_so(facts: ChecklistFacts, leaked: ChecklistFacts) -> None:
    assert "LEAKED" in method.disjoint_level(leaked)
    assert "LEAKED" not in method.disjoint_level(facts)
