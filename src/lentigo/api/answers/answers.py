"""What is judged: probabilities of N images beside their truth, wherever they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo.api.answers.baselines import baseline_answers
from lentigo.api.answers.source import Asked, Images, Source
from lentigo.api.answers.validation_fit import (
    VALIDATION,
    Validation,
    ValidationFit,
    malignant_places,
    mixed_classes,
    put_together,
)
from lentigo.evaluation.class_map import ClassMap, coarse_name, coarse_probabilities
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.intervals.sample import Groups, Sample
from lentigo.evaluation.metrics import Floats, Ints
from lentigo.evaluation.predictions import Predictions


@dataclass(frozen=True)
class Finer:
    """The same answers in the model's own classes, some of which equations put together."""

    probabilities: Floats
    """(N, K)."""
    class_names: tuple[str, ...]
    malignant: tuple[str, ...]
    class_map: ClassMap

    def coarse(self, probabilities: Floats) -> Floats:
        """Probabilities of its classes (N, K) as those of the coarser ones (N, C)."""
        return coarse_probabilities(probabilities, self.class_names, self.class_map)[0]

    def mixed(self) -> list[str]:
        """The classes made of malignant and benign ones."""
        places = malignant_places(self.class_names, self.malignant)
        return mixed_classes(self.class_names, places, self.class_map)


@dataclass(frozen=True)
class Answers:
    """Probabilities of N images beside their truth, and whom to ask for more."""

    predictions: Predictions
    groups: NDArray[Any]
    """(N,) what belongs together."""
    context: Context
    """The part, how it was divided, which classes are malignant, whether it is leaked."""
    source: Source = field(default_factory=Source)
    asked: Asked = field(default_factory=Asked)
    finer: Finer | None = None
    """Where classes were put together."""

    @property
    def is_validation(self) -> bool:
        """Whether these are the answers that things are fitted on."""
        return self.context.part == VALIDATION

    @cached_property
    def sample(self) -> Sample:
        """Truth, probabilities and groups."""
        return Sample(
            self.predictions.truth_indices(), self.predictions.probabilities, Groups.of(self.groups)
        )

    @cached_property
    def images(self) -> Images | None:
        """The images answered, in their order; None where they are not at hand."""
        return self.source.images(self.predictions.image_ids.tolist())

    @cached_property
    def facts(self) -> pd.DataFrame | None:
        """What is known of the images, N rows in their order; None where nothing is."""
        return self.source.facts(self.predictions.image_ids.tolist())

    @cached_property
    def source_fit(self) -> ValidationFit | None:
        """What is fitted on validation, in the classes of the source; None without answers on that part."""
        validation = self._as_validation() if self.is_validation else self.source.validation()
        return None if validation is None else self.source.fit(validation, self.asked.rules)

    @cached_property
    def fit(self) -> ValidationFit | None:
        """Calibration and thresholds, fitted on validation, for the classes of these answers."""
        if self.source_fit is None or self.finer is None:
            return self.source_fit
        return put_together(self.source_fit, self.finer.class_names, self.finer.class_map)

    @cached_property
    def calibrated(self) -> Floats:
        """Calibrated probabilities (N, K); as they are without calibration, cross-fitted where fitted on.

        Classes that were put together are calibrated one by one, and then added up.
        """
        if self.fit is None:
            return self.predictions.probabilities
        if self.is_validation:
            return self.fit.calibration_fit.cross_fitted
        calibration = self.fit.thresholding.calibration
        if self.finer is None:
            return calibration.apply(self.predictions.probabilities)
        return self.finer.coarse(calibration.apply(self.finer.probabilities))

    def source_classes(self) -> Ints:
        """Of each image the source's class that the answer is, or is mostly made of, (N,)."""
        answered = self.predictions.probabilities.argmax(axis=1)
        if self.finer is None:
            return np.asarray(answered, dtype=np.int64)
        names = np.array(self.predictions.class_names)[answered]
        coarse = np.array([coarse_name(name, self.finer.class_map) for name in self.finer.class_names])
        belongs = names[:, np.newaxis] == coarse[np.newaxis, :]
        found = np.where(belongs, self.finer.probabilities, -1.0).argmax(axis=1)
        return np.asarray(found, dtype=np.int64)

    def baselines(self) -> dict[str, Floats]:
        """What each simple baseline answers, (N, K), fitted on what the source has learnt from.

        Empty where either images are not at hand.
        """
        learnt = self.source.learnt()
        if learnt is None or self.images is None:
            return {}
        found = baseline_answers(learnt, self.images)
        return found if self.finer is None else {name: self.finer.coarse(one) for name, one in found.items()}

    def _as_validation(self) -> Validation:
        names, context = self.predictions.class_names, self.context
        return Validation(self.sample, tuple(names), context.malignant, context.split_hash)
