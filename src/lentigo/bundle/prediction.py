"""Images in; probabilities, whether a file was trained on, and saliency maps of every class out.

ONNX Runtime, NumPy and Pillow only. Files are read in threads while the network computes, and answers come
in the order of the images; an image that cannot be used gives an answer with the reason in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.bundle.ending import Ending
from lentigo.bundle.format import BundleFacts, salted_hash
from lentigo.bundle.reading import Pixels, Read, Reading, Source, ahead, read_source
from lentigo.bundle.running import RunningNetwork
from lentigo.data.images.views import views_of
from lentigo.evaluation.abstaining.rule import UNKNOWN_REASON, Abstaining, Abstention, abstain
from lentigo.evaluation.decisions.thresholding import (
    Thresholding,
    Verdict,
    judge,
    read_thresholding,
    thresholding_for,
)
from lentigo.explanation.overlay import overlay
from lentigo.explanation.saliency import enlarge, scale_by_maximum
from lentigo.settings.errors import BundleError, ImageError
from lentigo.settings.files import sha256_of
from lentigo.settings.run import NOTICE

BATCH_SIZE = 32
MOST_PIXELS = 2**22
"""Of images computed at once, such as 32 of 362 x 362; so the largest networks fit `running.MOST_MEMORY`."""
NUM_READERS = 4
NO_ANSWER = "the network's answer is no number; nothing can be said of this image"
LARGEST_ERROR_OF_SUM = 1e-3
"""Of probabilities; float32 is a thousand times better."""
OUTPUT_NAMES = {"logits": "logits", "features": "pooled_features"}
"""What an unknown score reads -> the network's output."""

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
        return Prediction(
            self.source, self.class_names, None, self.malignant, self.seen_in_training, error=NO_ANSWER
        )

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
            "seen_in_training": self.seen_in_training,
            "error": self.error,
            "notice": NOTICE,
        }


class Bundle:
    """A verified bundle that answers; from `load_bundle`. May be used from several threads."""

    def __init__(
        self, facts: BundleFacts, network: RunningNetwork, card: str, abstaining: Abstaining | None = None
    ) -> None:
        self.facts = facts
        self.abstaining = abstaining
        """When an answer is not to be taken as one; None where that was not fitted."""
        self.card = card
        """The model card, Markdown."""
        self.thresholding = _thresholding(facts)
        """How probabilities are calibrated and called by; None where that is not known."""
        self._network = network
        self._ending = Ending()
        self._trained = frozenset(facts.training_images.hashes)

    def for_prior(self, prior: str) -> Bundle:
        """The same bundle, with probabilities for another mix of classes.

        Args:
            prior: `uniform`, `train`, or shares such as `malignant=0.02` or `MEL=0.05,NV=0.8`.

        Raises:
            SettingsError: it cannot be read, or the bundle has no calibration.
        """
        other = copy(self)
        other.thresholding = thresholding_for(
            self.thresholding, prior, self.facts.class_names, self.facts.malignant
        )
        return other

    def until(self, ending: Ending) -> Bundle:
        """The same bundle, whose network stops within a computation when `ending` is set."""
        other = copy(self)
        other._ending = ending
        return other

    def predict(
        self,
        images: Source | Iterable[Source],
        *,
        with_saliency: bool = False,
        batch_size: int = BATCH_SIZE,
    ) -> list[Prediction]:
        """Answer for one image or several.

        Args:
            images: files, bytes of files, or uint8 (H, W, 3) of any size; one of them or several.
            with_saliency: also give the saliency of every class.
            batch_size: images at once, at most; fewer where they are large.

        Returns:
            One answer an image, in order; a file that cannot be used is an answer with an `error`.
        """
        return list(self.stream(images, with_saliency=with_saliency, batch_size=batch_size))

    def stream(
        self,
        images: Source | Iterable[Source],
        *,
        with_saliency: bool = False,
        batch_size: int = BATCH_SIZE,
    ) -> Iterator[Prediction]:
        """As `predict`, one answer after the other, a batch in memory at a time."""
        with ThreadPoolExecutor(NUM_READERS, thread_name_prefix="read") as pool:
            size = self.facts.input
            at_once = max(1, min(batch_size, MOST_PIXELS // (size.height * size.width)))
            read = ahead(pool, self._read, _several(images), 2 * at_once)
            while batch := list(islice(read, at_once)):
                yield from self._answers(batch, with_saliency)

    def answer(
        self, image: Source, *, with_saliency: bool = False, reading: Reading | None = None
    ) -> Prediction:
        """As `predict` for one image, computed in the calling thread.

        Args:
            image: as for `predict`.
            with_saliency: as for `predict`.
            reading: reads the bytes of a file instead of `read_image`, as in another process; what it
                raises is raised, but for `ImageError`.

        Raises:
            Ended: of a bundle from `until`, whose ending is set.
        """
        return next(self._answers([self._read(image, reading)], with_saliency))

    def compute(
        self, pixels: Pixels, with_saliency: bool = False
    ) -> tuple[NDArray[np.float64], Floats | None]:
        """Run the network on pixels that are ready.

        Args:
            pixels: uint8 (N, H, W, 3) of the network's size, N at least 1.
            with_saliency: also give the second result.

        Returns:
            Probabilities (N, K), averaged over the bundle's views, and saliency (N, K, h, w) of the image as
            it stands, or None.
        """
        outputs = self.outputs(pixels, ["saliency"] if with_saliency else [])
        return outputs["probabilities"], outputs.get("saliency")

    def outputs(self, pixels: Pixels, extra: list[str]) -> dict[str, NDArray[Any]]:
        """Probabilities, averaged over the bundle's views, and other outputs of the images as they stand.

        Args:
            pixels: as for `compute`.
            extra: names of the network's other outputs, such as `logits`.
        """
        upright, *others = views_of(self.facts.views)
        names = ["probabilities", *extra]
        found = dict(zip(names, self._run(names, upright.of(pixels)), strict=True))
        answers = [self._run(["probabilities"], view.of(pixels))[0] for view in others]
        mean = np.asarray(np.mean([found["probabilities"], *answers], axis=0, dtype=np.float64))
        return found | {"probabilities": mean}

    def _run(self, names: list[str], pixels: Pixels) -> list[Floats]:
        return self._network.run(names, pixels, ending=self._ending)

    def _answers(self, batch: list[Prediction], with_saliency: bool) -> Iterator[Prediction]:
        """Fill in what the network says; `batch` holds the images, or why there are none."""
        usable = [one.image for one in batch if one.image is not None]
        outputs = self.outputs(np.stack(usable), self._needed(with_saliency)) if usable else {}
        computed, saliency = outputs.get("probabilities"), outputs.get("saliency")
        probabilities, verdicts = (None, []) if computed is None else judge(self.thresholding, computed)
        abstentions = [] if probabilities is None else self._abstentions(outputs, probabilities)
        place = 0
        for one in batch:
            if one.image is None or probabilities is None:
                yield one
                continue
            answer = replace(
                one,
                probabilities=probabilities[place],
                image=one.image if with_saliency else None,
                saliency=saliency[place] if saliency is not None else None,
                verdict=verdicts[place],
                abstention=abstentions[place],
            )
            yield answer.checked()
            place += 1

    def _needed(self, with_saliency: bool) -> list[str]:
        """The network's outputs beside probabilities that answers are made of."""
        unknown = None if self.abstaining is None else self.abstaining.unknown
        judged = [] if unknown is None else [OUTPUT_NAMES[unknown.output]]
        return [*judged, *(["saliency"] if with_saliency else [])]

    def _abstentions(
        self, outputs: dict[str, NDArray[Any]], answers: NDArray[np.float64]
    ) -> list[Abstention]:
        """What is said beside each answer.

        Sets are of calibrated probabilities for the mix of classes of validation, for there they were fitted.
        """
        computed, thresholding = outputs["probabilities"], self.thresholding
        calibrated = computed if thresholding is None else thresholding.for_prior(None).answers(computed)
        is_shifted = thresholding is not None and thresholding.prior is not None
        answered = (answers if is_shifted else computed).argmax(axis=1)
        judged = next((outputs[name] for name in OUTPUT_NAMES.values() if name in outputs), None)
        return abstain(self.abstaining, calibrated, answered, judged)

    def _read(self, source: Source, reading: Reading | None = None) -> Prediction:
        """An answer that has no probabilities yet: the pixels, or why there are none."""
        name = str(source) if isinstance(source, str | Path) else ""
        try:
            (image, warnings), is_seen = self._pixels(source, reading), self._is_seen(source)
        except (ImageError, OSError) as error:
            return Prediction(name, self.facts.class_names, None, self.facts.malignant, error=str(error))
        return Prediction(
            name,
            self.facts.class_names,
            None,
            self.facts.malignant,
            is_seen,
            image=image,
            quality_warnings=warnings,
        )

    def _pixels(self, source: Source, reading: Reading | None) -> Read:
        if reading is not None and isinstance(source, bytes):
            return reading(source)
        size = self.facts.input
        return read_source(source, size.height, size.width, size.resize)

    def _is_seen(self, source: Source) -> bool | None:
        if isinstance(source, np.ndarray):
            return None
        if isinstance(source, bytes):
            sha256 = hashlib.sha256(source).hexdigest()
        else:
            sha256 = sha256_of(Path(source))
        return salted_hash(self.facts.training_images.salt, sha256) in self._trained


def _thresholding(facts: BundleFacts) -> Thresholding | None:
    """What the two halves in `bundle.json` say."""
    if facts.calibration is None:
        return None
    malignant = tuple(facts.class_names.index(name) for name in facts.malignant)
    return read_thresholding(facts.calibration, facts.operating_points, malignant)


def _several(images: Source | Iterable[Source]) -> Iterable[Source]:
    """One image as a list of one; an array of four axes is several images."""
    if isinstance(images, str | Path | bytes) or (isinstance(images, np.ndarray) and images.ndim == 3):
        return [images]
    return images
