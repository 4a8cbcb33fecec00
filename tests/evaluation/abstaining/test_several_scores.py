from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.abstaining.pixel_figures import NUM_FIGURES
from lentigo.evaluation.abstaining.several_scores import ASKED, fit_several, scale_several, several
from lentigo.evaluation.abstaining.single_scores import SINGLE, Outputs

GENERATOR = np.random.default_rng(0)
TRUTH = GENERATOR.integers(3, size=200)


def outputs(num_images: int) -> Outputs:
    return {
        "logits": 3 * GENERATOR.normal(size=(num_images, 3)),
        "features": GENERATOR.normal(size=(num_images, 6)) + 3,
        "pixels": GENERATOR.normal(size=(num_images, NUM_FIGURES)) + 3,
    }


KNOWN, CALM, ASKED_ABOUT = outputs(200), outputs(400), outputs(50)
ARRAYS = scale_several(CALM, fit_several(KNOWN, TRUTH))


def test_it_is_the_largest_of_scores_in_units_of_known_images() -> None:
    each = []
    for name in ASKED:
        fitted = SINGLE[name].fit(KNOWN, TRUTH)
        calm, asked = (SINGLE[name].judge(one, fitted) for one in (CALM, ASKED_ABOUT))
        each.append((asked - np.median(calm)) / (np.quantile(calm, 0.95) - np.median(calm)))
    np.testing.assert_allclose(several(ASKED_ABOUT, ARRAYS), np.max(each, axis=0), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("output", ["features", "pixels"])
def test_one_alarmed_score_is_enough(output: str) -> None:
    changed: Outputs = {key: value * (-1 if key == output else 1) for key, value in ASKED_ABOUT.items()}
    assert several(changed, ARRAYS).mean() > several(ASKED_ABOUT, ARRAYS).mean() + 0.2


def test_a_score_that_never_varies_divides_by_no_zero() -> None:
    flat = {name: np.ones_like(one) for name, one in CALM.items()}
    assert np.isfinite(several(ASKED_ABOUT, scale_several(flat, fit_several(KNOWN, TRUTH)))).all()
