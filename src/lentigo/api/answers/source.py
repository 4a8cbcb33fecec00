# ruff: noqa: ARG002 - the base knows nothing of what it is asked
"""Whoever gives answers, as far as those who judge them ask.

A run, several runs as one, a bundle, a stranger's table: each is a `Source`. The base knows nothing, so that
a new source says only what it knows; figures that need more than that are unavailable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo.api.answers.abstaining_fit import AbstainingFit, with_sets
from lentigo.api.answers.validation_fit import Validation, ValidationFit, all_rules, fit_validation
from lentigo.data.cache import open_cache
from lentigo.data.manifest import Manifest
from lentigo.evaluation.abstaining.unknown_scores import Output, Outputs
from lentigo.evaluation.calibration.prior_shift import TRAIN
from lentigo.evaluation.metrics import Floats, Ints
from lentigo.settings.recipe import Input

if TYPE_CHECKING:
    from lentigo.report.pages.page import ReportInput

Pixels = NDArray[np.uint8]
Asker = Callable[[Iterable[Pixels]], Floats]
"""Images (H, W, 3) in, probabilities (N, K) out."""


@dataclass(frozen=True)
class Images:
    """N images of a manifest, and the size that a model takes them at."""

    manifest: Manifest
    rows: Ints
    """(N,) places in the manifest."""
    input: Input

    @property
    def table(self) -> pd.DataFrame:
        """What the manifest says of them, N rows in their order."""
        return self.manifest.table.iloc[self.rows]

    def pixels(self) -> Iterator[Pixels]:
        """Each image, uint8 (H, W, 3)."""
        cache = open_cache(self.manifest, self.input)
        return (cache.images[row] for row in self.rows)

    def chosen(self, places: Ints) -> Images:
        """Some of them, by their places among these."""
        return Images(self.manifest, self.rows[places], self.input)


@dataclass(frozen=True)
class Learnt:
    """The M images that a model has learnt from."""

    images: Images
    labels: Ints
    """(M,) in 0 .. K-1."""
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What is to be said of answers beside the plain figures."""

    is_brief: bool = False
    """Whether figures that ask a network again, or train a classifier, are unavailable."""
    prior: str = TRAIN
    """The mix of classes that decisions are measured for; see `resolve_prior`, or `estimate`."""
    rules: tuple[str, ...] = ()
    """How operating points are chosen, the one in use first; by default those that the source keeps."""


class Source:
    """Whoever gives answers. This one is known by its name alone, and by its answers on validation."""

    def __init__(self, name: str = "", validation: Validation | None = None) -> None:
        self._name, self._validation = name, validation

    def named(self) -> dict[str, str]:
        """`name`, and `path` where it lies."""
        return {"path": "", "name": self._name}

    def validation(self) -> Validation | None:
        """Its answers on validation, to fit on; None where there are none."""
        return self._validation

    def fit(self, validation: Validation, rules: tuple[str, ...] = ()) -> ValidationFit:
        """Fit calibration and thresholds on its answers; a source may keep them."""
        return fit_validation(validation, all_rules(rules))

    def abstaining(self, fit: ValidationFit) -> AbstainingFit:
        """What it abstains by; a source may keep it, and have a score for unknown images."""
        return AbstainingFit(with_sets(None, fit), None)

    def images(self, image_ids: Sequence[str]) -> Images | None:
        """The images answered, in the order of their ids (N,); None where they are not at hand."""
        return None

    def facts(self, image_ids: Sequence[str]) -> pd.DataFrame | None:
        """What is known of the images answered, N rows in their order: sex, age_years, site, source.

        None where nothing is.
        """
        found = self.images(image_ids)
        return None if found is None else found.table

    def subgroups(self) -> tuple[str, ...]:
        """Further columns of those facts whose values are subgroups."""
        return ()

    def learnt(self) -> Learnt | None:
        """The images learnt from; None where they are not at hand."""
        return None

    def asker(self, images: Images) -> Asker | None:
        """Its network, to be asked about other pixels of these images, all of them in their order.

        None where there is none, or several.
        """
        return None

    def image_alone(self, images: Images) -> Floats | None:
        """What it answers (N, K) without the metadata that it takes beside them; None where it takes none."""
        return None

    def represent(self, images: Images, outputs: Sequence[Output]) -> Outputs:
        """What the score reads that its `abstaining` names, of N images."""
        raise NotImplementedError("a source with a score for unknown images says what it makes of them")

    def saliency(self, pixels: Pixels, classes: Ints) -> Sequence[NDArray[np.float32]] | None:
        """Where it looked for a class (N,) of its own on images (N, H, W, 3); None where not known."""
        return None

    def about(self, evaluation: Mapping[str, Any], asked: Asked) -> ReportInput:
        """What a report says beside the figures `evaluation`; pictures of images come later."""
        from lentigo.report.pages.page import ReportInput

        return ReportInput(record=self.named(), recipe_text="", history=[], evaluation=evaluation)
