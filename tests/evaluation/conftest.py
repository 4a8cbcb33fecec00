"""Made predictions: clustered, unbalanced, and better than chance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import settings

from lentigo.evaluation.intervals.sample import Sample, sample

# how long an example takes depends on what else the machine does, and is no finding
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

MakeSample = Callable[..., Sample]


@pytest.fixture(scope="session")
def make_sample() -> MakeSample:
    def make(num_images: int = 300, num_classes: int = 4, seed: int = 0, group_size: float = 2.0) -> Sample:
        generator = np.random.default_rng(seed)
        groups = np.sort(generator.integers(max(1, int(num_images / group_size)), size=num_images))
        shares = 0.5 ** np.arange(num_classes)
        by_group = generator.choice(num_classes, size=num_images, p=shares / shares.sum())
        truth = by_group[groups]
        logits = generator.normal(size=(num_images, num_classes))
        logits[np.arange(num_images), truth] += 1.0
        # rounding makes ties, which ranks must count as one half
        exponentials = np.exp(logits.round(1))
        return sample(truth, exponentials / exponentials.sum(axis=1, keepdims=True), groups)

    return make
