"""The table and the recipe name the same operations."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from lentigo.settings.recipe import ColourOperation, ShapeOperation
from lentigo.training.operations.dose import Dose
from lentigo.training.operations.table import OPERATIONS


def test_a_recipe_can_name_exactly_what_there_is():
    by_family = {
        family: [n for n, one in OPERATIONS.items() if one.family == family] for family in ("shape", "colour")
    }
    assert by_family["shape"] == list(get_args(ShapeOperation))
    assert by_family["colour"] == list(get_args(ColourOperation))


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_gives_what_its_kind_promises(name):
    operation = OPERATIONS[name]
    dose = Dose(0.7, -1.0, np.linspace(0.1, 0.9, 8))
    image = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    if operation.kind in ("linear", "lens"):
        found = np.asarray(operation.change(dose))
        assert found.shape == ((2, 2) if operation.kind == "linear" else ())
    else:
        found = operation.change(image, dose)
        assert found.shape == ((3, 4) if operation.kind == "light" else image.shape)
        assert (found is image) == (operation.kind == "cover")
    assert np.isfinite(found).all()
