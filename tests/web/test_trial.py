"""The pixels that a browser has to answer as Python did."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lentigo.bundle.loading import load_bundle, verify_bundle
from lentigo.bundle.running import RunningNetwork
from lentigo.web.trial import trial_of, trial_pixels


def test_the_pixels_are_those_of_the_formula() -> None:
    pixels = trial_pixels(70, 90)
    assert pixels.shape == (1, 70, 90, 3)
    assert pixels[0, 0, 0].tolist() == [0, 50, 100]
    assert pixels[0, 69, 89].tolist() == [(3 * 89 + 5 * 69) % 256, (612 + 50) % 256, (612 + 100) % 256]


def test_the_answer_is_the_networks_own(bundle_path: Path) -> None:
    trial = trial_of(RunningNetwork(verify_bundle(bundle_path).network), 16, 24)
    expected, _ = load_bundle(bundle_path).compute(trial_pixels(16, 24))
    assert np.allclose(trial["probabilities"], expected[0], atol=1e-7)
