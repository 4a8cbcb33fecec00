"""The key `abstaining`: what is refused, and that it is refused before any answer."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from lentigo.bundle.rules.abstaining_rules import abstaining_problems, is_abstaining, open_abstaining
from lentigo.evaluation.abstaining.conformal import Conformal
from lentigo.evaluation.abstaining.rule import Abstaining, Unknown, abstaining_json, arrays_bytes
from lentigo.settings.errors import BundleError

RULE = Abstaining(
    Conformal("lac", False, 0.1, np.array([0.9, 0.9, np.inf])),
    Unknown(
        "nearest_neighbour", 0.4, 0.05, np.linspace(0, 1, 101), {"bank": np.eye(3, dtype=np.float32)[:2]}
    ),
    {"part": "validation", "n_images": 20, "n_groups": 15},
)
VALUE = abstaining_json(RULE)
CLASSES = [{"name": name} for name in "abc"]


def changed(*path: str, value: Any) -> dict[str, Any]:
    found = copy.deepcopy(VALUE)
    place: Any = found
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return found


def test_what_lentigo_writes_is_right() -> None:
    assert is_abstaining(VALUE)
    assert is_abstaining(None)
    assert is_abstaining(changed("unknown", value=None))


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {**VALUE, "more": 1},
        changed("prediction_set", "method", value="guess"),
        changed("prediction_set", "by_class", value=1),
        changed("prediction_set", "error", value=0),
        changed("prediction_set", "thresholds", value=["0.9"]),
        changed("prediction_set", "thresholds", value=[float("nan")] * 3),
        changed("unknown", "score", value="softmax"),
        changed("unknown", "threshold", value=1e300),
        changed("unknown", "quantiles", value=[0.0, 1.0]),
        changed("unknown", "quantiles", value=list(range(101, 0, -1))),
        changed("unknown", "arrays", value=[{"name": "bank", "shape": [2, -3]}]),
        changed("unknown", "arrays", value=[{"name": "bank", "shape": [True, 3]}]),
        changed("unknown", "arrays", value=[{"name": "bank", "shape": [2, 3], "file": "../x"}]),
        changed("fitted_on", value=None),
    ],
)
def test_anything_else_is_refused(value: Any) -> None:
    assert not is_abstaining(value)


def test_thresholds_are_one_a_class_and_arrays_have_their_file() -> None:
    files = {"model.onnx": {}, "abstaining.f32": {}}
    assert abstaining_problems({"abstaining": VALUE, "classes": CLASSES, "files": files}) == []
    assert abstaining_problems({"abstaining": VALUE, "classes": CLASSES[:2], "files": files}) == [
        "abstaining: for 3 classes, not for 2"
    ]
    without = {"abstaining": VALUE, "classes": CLASSES, "files": {"model.onnx": {}}}
    assert "abstaining.f32" in abstaining_problems(without)[0]


def test_arrays_have_to_fit_the_network() -> None:
    found = open_abstaining(VALUE, arrays_bytes(RULE), 3)
    assert found is not None
    assert found.unknown is not None
    np.testing.assert_array_equal(found.unknown.arrays["bank"], np.eye(3)[:2])
    assert open_abstaining(None, b"", 3) is None
    with pytest.raises(BundleError, match="does not fit the network"):
        open_abstaining(VALUE, arrays_bytes(RULE), 4)
    with pytest.raises(BundleError, match="export the run again"):
        open_abstaining(VALUE, arrays_bytes(RULE)[:-4], 3)
