from __future__ import annotations

import numpy as np

from lentigo.training.operations.dose import Dose


def test_more_numbers_are_the_same_for_the_same_dose() -> None:
    one, other = (Dose(0.5, -1.0, np.full(8, last)) for last in (0.25, 0.75))
    assert one.signed == -0.5
    assert one.generator().random(3).tolist() == one.generator().random(3).tolist()
    assert one.generator().random(3).tolist() != other.generator().random(3).tolist()
