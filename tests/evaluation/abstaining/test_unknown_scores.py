from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.abstaining.pixel_figures import NUM_FIGURES
from lentigo.evaluation.abstaining.unknown_scores import SCORES, Outputs, check_arrays

GENERATOR = np.random.default_rng(0)
TRUTH = GENERATOR.integers(3, size=240)


def outputs(num_images: int, offset: float = 0.0) -> Outputs:
    """Logits that follow the class, five features and all figures of pixels."""
    truth = TRUTH[:num_images, np.newaxis]
    return {
        "logits": 6.0 * (truth == np.arange(3)) * (offset == 0) + GENERATOR.normal(size=(num_images, 3)),
        "features": GENERATOR.normal(size=(num_images, 5)) + truth * (1 + offset),
        "pixels": GENERATOR.normal(size=(num_images, NUM_FIGURES)) + offset,
    }


KNOWN = outputs(240)


@pytest.mark.parametrize("name", list(SCORES))
def test_what_is_far_from_training_is_stranger(name: str) -> None:
    score = SCORES[name]
    arrays = score.scale(outputs(200), score.fit(KNOWN, TRUTH))
    far = {key: -1.0 * value for key, value in outputs(50, 3.0).items()} | {"logits": np.zeros((50, 3))}
    assert score.judge(far, arrays).mean() > score.judge(outputs(200), arrays).mean()
    assert check_arrays(name, arrays, 5) == ""


def test_arrays_that_do_not_fit_are_told() -> None:
    arrays = SCORES["mahalanobis"].fit(KNOWN, TRUTH)
    assert "expected float32" in check_arrays("mahalanobis", arrays, 6)
    assert "expected the arrays" in check_arrays("nearest_neighbour", arrays, 5)
    assert "none" in check_arrays("energy", arrays, 5)
    broken = {**arrays, "means": np.full((3, 5), np.nan, np.float32)}
    assert "not finite" in check_arrays("mahalanobis", broken, 5)


@pytest.mark.parametrize("scales", [np.ones((2, 3)), np.ones((3, 2)), np.array([[0, 1], [0, 0]])])
def test_scales_of_other_scores_or_turned_round_are_told(scales: np.ndarray) -> None:
    arrays = SCORES["several"].fit(KNOWN, TRUTH)
    assert check_arrays("several", arrays, 5) == ""
    assert "scales" in check_arrays("several", {**arrays, "scales": scales.astype(np.float32)}, 5)
