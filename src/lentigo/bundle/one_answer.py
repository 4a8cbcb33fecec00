"""What a bundle says about one image: probabilities, the class answered, saliency; and all of it as a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.bundle.reading import Pixels
from lentigo.data.metadata.encoding import Known
from lentigo.evaluation.abstaining.rule import UNKNOWN_REASON, Abstention
from lentigo.evaluation.decisions.thresholding import Verdict
from lentigo.explanation.overlay import overlay
from lentigo.explanation.saliency import enlarge, scale_by_maximum
from lentigo.settings.errors import BundleError, ImageError
from lentigo.settings.run import NOTICE

NO_ANSWER = "the network's answer is no number; nothing can be said of this image"
LARGEST_ERROR_OF_SUM = 1e-3
"""Of probabilities; float32 is a thousand times better."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Prediction:
    """What is said about one image."""

    source: str
    """The path; empty for bytes and arrays."""
    class_names: tuple[str, ...]
    probabilities: NDArray[np.float64] | None
    """(K,), in the order of `class_names`, calibrated where the bundle can; None when there is an error."""
    malignant: tuple[str, ...] = ()
    """Those of the classes that count as malignant."""
    seen_in_training: bool | None = None
    """Whether the very same file was trained on; None where that cannot be known, as for arrays."""
    error: str = ""
    image: Pixels | None = field(default=None, repr=False)
    """(H, W, 3) as the network saw it; kept with saliency only."""
    saliency: Floats | None = field(default=None, repr=False)
    """(K, h, w), not negative, not scaled; None where it was not asked for."""
    verdict: Verdict = field(default_factory=Verdict)
    """What calibration and operating point made of the network's answer."""
    abstention: Abstention = field(default_factory=Abstention)
    """Prediction set, and how strange the image is, where the bundle can tell."""
    quality_warnings: tuple[str, ...] = ()
    """What is wrong with the image itself, in plain words; see `data.input_checks`."""
    known: Known | None = None
    """What was told beside the image; None where the network takes images alone."""
    told: tuple[str, ...] = ()
    """What of it was taken, in words."""

    def checked(self) -> Prediction:
        """The answer, or in its place an error where the network gives no probabilities."""
        if self.probabilities is None:
            return self
        said = self.verdict.uncalibrated
        numbers = (self.probabilities, self.probabilities if said is None else said, self.saliency)
        are_finite = all(one is None or np.isfinite(one).all() for one in numbers)
        if are_finite and all(
            abs(one.sum() - 1) <= LARGEST_ERROR_OF_SUM for one in numbers[:2] if one is not None
        ):
            return self
        kept = (self.source, self.class_names, None, self.malignant, self.seen_in_training)
        return Prediction(*kept, error=NO_ANSWER, known=self.known, told=self.told)

    @property
    def prediction_set(self) -> tuple[str, ...] | None:
        """Classes of which the truth is one in most cases, the most probable first; None where not known."""
        places = self.abstention.prediction_set
        return None if places is None else tuple(self.class_names[place] for place in places)

    @property
    def abstain_reason(self) -> str | None:
        """Why the answer should not be taken as one; None where nothing speaks against it."""
        if self.probabilities is None:
            return None
        if self.quality_warnings:
            return self.quality_warnings[0]
        return f"the image {UNKNOWN_REASON}" if self.abstention.is_unknown else None

    @property
    def class_name(self) -> str:
        """The class answered; empty when there is an error.

        It is the one that the network itself finds most probable, because that is what was evaluated; a
        calibration says how common that class is among such answers, and may think another likelier. Where
        answers were asked for another mix of classes, it is the most probable one in that mix.
        """
        if self.probabilities is None:
            return ""
        said = self.verdict.uncalibrated
        believed = self.probabilities if said is None or self.verdict.is_for_prior else said
        return self.class_names[int(believed.argmax())]

    @property
    def malignant_probability(self) -> float | None:
        """Sum over the malignant classes; None without any, or with an error."""
        if self.probabilities is None or not self.malignant:
            return None
        chosen = [self.class_names.index(name) for name in self.malignant]
        return float(self.probabilities[chosen].sum())

    def saliency_map(self, class_name: str = "") -> Floats:
        """Where the image speaks for a class, (H, W) in [0, 1], scaled by its own maximum.

        Args:
            class_name: default: the most probable one.

        Raises:
            ImageError: saliency was not asked for, or the image could not be used.
            BundleError: there is no such class.
        """
        heat = self._heat(class_name)
        assert self.image is not None
        return np.asarray(np.clip(scale_by_maximum(enlarge(heat, *self.image.shape[:2])), 0, 1)[0])

    def saliency_grid(self, class_name: str = "") -> Floats:
        """`saliency_map` before it is enlarged: (h, w) in [0, 1], on the feature map's grid."""
        return np.asarray(np.clip(scale_by_maximum(self._heat(class_name)), 0, 1)[0])

    def _heat(self, class_name: str) -> Floats:
        """Saliency of one class as the network gives it, (1, h, w)."""
        if self.saliency is None or self.image is None:
            raise ImageError(self.error or "no saliency: call predict(..., with_saliency=True)")
        wanted = class_name or self.class_name
        if wanted not in self.class_names:
            raise BundleError(f"there is no class {wanted!r}; classes: {', '.join(self.class_names)}")
        return self.saliency[[self.class_names.index(wanted)]]

    def overlay(self, class_name: str = "") -> Pixels:
        """The image with `saliency_map` laid over it, uint8 (H, W, 3)."""
        heat = self.saliency_map(class_name)
        assert self.image is not None
        return overlay(self.image, heat)

    def row(self) -> dict[str, Any]:
        """The answer as one flat row; None stands for what is not known or not part of this bundle."""
        values = [None] * len(self.class_names) if self.probabilities is None else self.probabilities.tolist()
        return {
            "image": self.source,
            "class": self.class_name,
            "malignant_probability": self.malignant_probability,
            **dict(zip(self.class_names, values, strict=True)),
            "malignant_at_operating_point": self.verdict.is_malignant,
            "operating_point": self.verdict.operating_point,
            "calibrated": self.verdict.is_calibrated,
            "prediction_set": None if self.prediction_set is None else list(self.prediction_set),
            "abstain_reason": self.abstain_reason,
            "quality_warnings": list(self.quality_warnings),
            **({} if self.known is None else {"metadata": list(self.told)}),
            "seen_in_training": self.seen_in_training,
            "error": self.error,
            "notice": NOTICE,
        }


def classes_in(row: dict[str, Any]) -> list[str]:
    """Names of the classes in what `Prediction.row` gives, in order."""
    names = list(row)
    return names[names.index("malignant_probability") + 1 : names.index("malignant_at_operating_point")]
