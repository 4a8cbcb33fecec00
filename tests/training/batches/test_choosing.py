"""Which operation an image gets: evenly, by its place alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.choosing import choose
from lentigo.training.operations.table import OPERATIONS

SHAPES, COLOURS = ("shear", "lens", "hair"), ("hue", "jpeg")
BOTH = Augmentation(shape_operations=SHAPES, colour_operations=COLOURS, operation_strength=0.6)
MANY = range(12_000)


def names(changes):
    by_function = {id(one.change): name for name, one in OPERATIONS.items()}
    return Counter(None if one is None else by_function[id(one.operation.change)] for one in changes)


def test_operations_are_chosen_evenly_and_apart():
    chosen = choose(BOTH, 3, 1, MANY)
    shapes, colours = zip(*chosen, strict=True)
    assert {name: count / len(MANY) for name, count in names(shapes).items()} == pytest.approx(
        dict.fromkeys(SHAPES, 1 / 3), abs=0.02
    )
    assert {name: count / len(MANY) for name, count in names(colours).items()} == pytest.approx(
        dict.fromkeys(COLOURS, 1 / 2), abs=0.02
    )
    strengths = np.array([[shape.dose.strength, colour.dose.strength] for shape, colour in chosen])
    np.testing.assert_allclose(
        np.quantile(strengths, [0.25, 0.5, 0.75], axis=0).T / 0.6, [[0.25, 0.5, 0.75]] * 2, atol=0.02
    )
    assert abs(np.corrcoef(strengths.T)[0, 1]) < 0.03
    signs = [shape.dose.sign for shape, _ in chosen]
    assert set(signs) == {-1.0, 1.0}
    assert np.mean(signs) == pytest.approx(0, abs=0.03)


def test_a_share_of_images_gets_one():
    chosen = choose(replace(BOTH, operation_share=0.25), 0, 0, MANY)
    for family in zip(*chosen, strict=True):
        assert names(family)[None] / len(MANY) == pytest.approx(0.75, abs=0.02)
    assert all(pair == (None, None) for pair in choose(replace(BOTH, operation_share=0.0), 0, 0, range(50)))


def test_a_family_without_names_is_left_out():
    assert choose(Augmentation(), 0, 0, range(3)) == [(None, None)] * 3
    only = choose(Augmentation(colour_operations=("gamma",)), 0, 0, range(3))
    assert [shape for shape, _ in only] == [None] * 3
    assert all(colour is not None for _, colour in only)


def test_a_choice_depends_on_seed_epoch_and_position_only():
    def doses(*arguments):
        return [[one.dose.numbers.tolist() for one in pair] for pair in choose(BOTH, *arguments)]

    together = doses(7, 3, range(10))
    assert together == [doses(7, 3, range(place, place + 1))[0] for place in range(10)]
    assert together != doses(8, 3, range(10))
    assert together != doses(7, 4, range(10))
