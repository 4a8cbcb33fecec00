from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.abstaining.coverage import measure_sets
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import sample


def test_coverage_and_sizes_by_hand() -> None:
    # group a: covered, covered, missed; group b: covered; group c: missed
    sets = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [1, 0, 0]], dtype=bool)
    images = sample([0, 0, 0, 1, 1], np.full((5, 3), 1 / 3), ["a", "a", "a", "b", "c"])
    found = measure_sets(sets, images, ("x", "y", "z"), Resampling(50))
    assert found["coverage"]["value"] == pytest.approx(3 / 5)
    assert found["group_coverage"]["value"] == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert found["single"]["value"] == pytest.approx(3 / 5)
    assert found["size"]["value"] == pytest.approx(7 / 5)
    assert found["per_class"]["x"]["value"] == pytest.approx(2 / 3)
    assert found["per_class"]["x"]["n"] == 3
    assert found["per_class"]["z"]["value"] is None, "a class without images is undefined"
