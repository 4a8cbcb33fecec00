"""Images in; probabilities, whether a file was trained on, and saliency maps of every class out.

ONNX Runtime, NumPy and Pillow only. Files are read in threads while the network computes, and answers come
in the order of the images; an image that cannot be used gives an answer with the reason in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from itertools import islice, repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.bundle.ending import Ending
from lentigo.bundle.format import BundleFacts, salted_hash
from lentigo.bundle.one_answer import Prediction
from lentigo.bundle.reading import Pixels, Read, Reading, Source, ahead, name_of, read_source, several
from lentigo.bundle.running import RunningNetwork
from lentigo.data.images.views import views_of
from lentigo.data.metadata.encoding import NOTHING, Known
from lentigo.evaluation.abstaining.pixel_figures import pixel_figures
from lentigo.evaluation.abstaining.rule import Abstaining, Abstention, abstain
from lentigo.evaluation.abstaining.unknown_scores import Output, Outputs
from lentigo.evaluation.decisions.thresholding import (
    Thresholding,
    judge,
    read_thresholding,
    thresholding_for,
)
from lentigo.settings.errors import ImageError, SettingsError
from lentigo.settings.files import sha256_of

BATCH_SIZE = 32
MOST_PIXELS = 2**22
"""Of images computed at once, such as 32 of 362 x 362; so the largest networks fit `running.MOST_MEMORY`."""
NUM_READERS = 4
OUTPUT_NAMES: dict[Output, str] = {"logits": "logits", "features": "pooled_features"}
"""What an unknown score reads -> the network's output; pixels need no network."""

Floats = NDArray[np.float32]


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
        self._encoding = facts.encoding
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
        known: Known | Iterable[Known] = NOTHING,
        with_saliency: bool = False,
        batch_size: int = BATCH_SIZE,
    ) -> list[Prediction]:
        """Answer for one image or several.

        Args:
            images: files, bytes of files, uint8 (H, W, 3) of any size, or what Pillow has opened; one or
                several.
            known: age, sex and site, as far as they are known: of all images, or one for each; networks that
                take images alone pass over it.
            with_saliency: also give the saliency of every class.
            batch_size: images at once, at most; fewer where they are large.

        Returns:
            One answer an image, in order; a file that cannot be used is an answer with an `error`.
        """
        return list(self.stream(images, known=known, with_saliency=with_saliency, batch_size=batch_size))

    def stream(
        self,
        images: Source | Iterable[Source],
        *,
        known: Known | Iterable[Known] = NOTHING,
        with_saliency: bool = False,
        batch_size: int = BATCH_SIZE,
    ) -> Iterator[Prediction]:
        """As `predict`, one answer after the other, a batch in memory at a time."""
        with ThreadPoolExecutor(NUM_READERS, thread_name_prefix="read") as pool:
            size = self.facts.input
            at_once = max(1, min(batch_size, MOST_PIXELS // (size.height * size.width)))
            read = ahead(pool, self._read, several(images), 2 * at_once)
            beside = repeat(known) if isinstance(known, Known) else iter(known)
            while batch := list(islice(read, at_once)):
                told = list(islice(beside, len(batch)))
                if len(told) < len(batch):
                    raise SettingsError("fewer are known than there are images; give one Known for each")
                pairs = zip(batch, told, strict=True)
                yield from self._answers([self._told(*pair) for pair in pairs], with_saliency)

    def answer(
        self,
        image: Source,
        *,
        known: Known = NOTHING,
        with_saliency: bool = False,
        reading: Reading | None = None,
    ) -> Prediction:
        """As `predict` for one image, computed in the calling thread.

        Args:
            image: as for `predict`.
            known: beside the image.
            with_saliency: as for `predict`.
            reading: reads the bytes of a file instead of `read_image`, as in another process; what it
                raises is raised, but for `ImageError`.

        Raises:
            Ended: of a bundle from `until`, whose ending is set.
        """
        return next(self._answers([self._told(self._read(image, reading), known)], with_saliency))

    def compute(
        self, pixels: Pixels, with_saliency: bool = False, known: Floats | None = None
    ) -> tuple[NDArray[np.float64], Floats | None]:
        """Run the network on pixels that are ready.

        Args:
            pixels: uint8 (N, H, W, 3) of the network's size, N at least 1.
            with_saliency: also give the second result.
            known: (N, D) what is known beside each image, as `facts.encoding` has it; None: nothing is.

        Returns:
            Probabilities (N, K), averaged over the bundle's views, and saliency (N, K, h, w) of the image as
            it stands, or None.
        """
        outputs = self.outputs(pixels, ["saliency"] if with_saliency else [], known)
        return outputs["probabilities"], outputs.get("saliency")

    def outputs(
        self, pixels: Pixels, extra: list[str], known: Floats | None = None
    ) -> dict[str, NDArray[Any]]:
        """Probabilities, averaged over the bundle's views, and other outputs of the images as they stand.

        Args:
            pixels: as for `compute`.
            extra: names of the network's other outputs, such as `logits`.
            known: as for `compute`.
        """
        upright, *others = views_of(self.facts.views)
        names = ["probabilities", *extra]
        found = dict(zip(names, self._run(names, upright.of(pixels), known), strict=True))
        answers = [self._run(["probabilities"], view.of(pixels), known)[0] for view in others]
        mean = np.asarray(np.mean([found["probabilities"], *answers], axis=0, dtype=np.float64))
        return found | {"probabilities": mean}

    def _run(self, names: list[str], pixels: Pixels, known: Floats | None) -> list[Floats]:
        return self._network.run(names, pixels, ending=self._ending, known=known)

    def _answers(self, batch: list[Prediction], with_saliency: bool) -> Iterator[Prediction]:
        """Fill in what the network says; `batch` holds the images, or why there are none."""
        usable, known = [one.image for one in batch if one.image is not None], self._encoded(batch)
        outputs = self.outputs(np.stack(usable), self._needed(with_saliency), known) if usable else {}
        computed, saliency = outputs.get("probabilities"), outputs.get("saliency")
        probabilities, verdicts = (None, []) if computed is None else judge(self.thresholding, computed)
        abstentions = [] if probabilities is None else self._abstentions(usable, outputs, probabilities)
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

    def _told(self, one: Prediction, known: Known) -> Prediction:
        """The answer to come, with what is known beside its image where the network takes that."""
        if self._encoding is None:
            return one
        return replace(one, known=known, told=tuple(self._encoding.told(known)))

    def _encoded(self, batch: list[Prediction]) -> Floats | None:
        """What is known beside the images that can be used, (N, D)."""
        if self._encoding is None:
            return None
        return self._encoding.encode([one.known or NOTHING for one in batch if one.image is not None])

    def _needed(self, with_saliency: bool) -> list[str]:
        """The network's outputs beside probabilities that answers are made of."""
        unknown = None if self.abstaining is None else self.abstaining.unknown
        judged = [] if unknown is None else network_names(unknown.outputs)
        return [*judged, *(["saliency"] if with_saliency else [])]

    def _abstentions(
        self, images: Sequence[Pixels], outputs: dict[str, NDArray[Any]], answers: NDArray[np.float64]
    ) -> list[Abstention]:
        """What is said beside each answer.

        Sets are of calibrated probabilities for the mix of classes of validation, for there they were fitted.
        """
        computed, thresholding = outputs["probabilities"], self.thresholding
        calibrated = computed if thresholding is None else thresholding.for_prior(None).answers(computed)
        is_shifted = thresholding is not None and thresholding.prior is not None
        answered = (answers if is_shifted else computed).argmax(axis=1)
        unknown = None if self.abstaining is None else self.abstaining.unknown
        judged = None if unknown is None else judged_outputs(outputs, images, unknown.outputs)
        return abstain(self.abstaining, calibrated, answered, judged)

    def _read(self, source: Source, reading: Reading | None = None) -> Prediction:
        """An answer that has no probabilities yet: the pixels, or why there are none."""
        name = name_of(source)
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
        if not isinstance(source, str | Path | bytes):
            return None
        if isinstance(source, bytes):
            sha256 = hashlib.sha256(source).hexdigest()
        else:
            sha256 = sha256_of(Path(source))
        return salted_hash(self.facts.training_images.salt, sha256) in self._trained


def network_names(outputs: Sequence[Output]) -> list[str]:
    """The network's outputs that a score reads."""
    return [OUTPUT_NAMES[name] for name in outputs if name in OUTPUT_NAMES]


def judged_outputs(
    computed: dict[str, NDArray[Any]], images: Iterable[Pixels], outputs: Sequence[Output]
) -> Outputs:
    """What a score reads of N images, from what the network made of them and from themselves."""
    read = {name: computed[OUTPUT_NAMES[name]] for name in outputs if name in OUTPUT_NAMES}
    return read | ({"pixels": pixel_figures(images)} if "pixels" in outputs else {})


def _thresholding(facts: BundleFacts) -> Thresholding | None:
    """What the two halves in `bundle.json` say."""
    if facts.calibration is None:
        return None
    malignant = tuple(facts.class_names.index(name) for name in facts.malignant)
    return read_thresholding(facts.calibration, facts.operating_points, malignant)
