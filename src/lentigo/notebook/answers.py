"""Answers beside their images, and a bundle with its card, as a notebook shows them.

For a base install: neither pandas nor a training framework is needed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lentigo.bundle.loading import load_bundle as open_bundle
from lentigo.bundle.one_answer import Prediction, classes_in
from lentigo.bundle.prediction import BATCH_SIZE, Bundle
from lentigo.bundle.reading import Source, read_source, several
from lentigo.data.metadata.encoding import NOTHING, Known
from lentigo.notebook.shown import Rows
from lentigo.report.cards.answers import MOST_SHOWN, SIDE, ShownAnswer, answers_card
from lentigo.report.cards.facts import facts_card
from lentigo.settings.errors import ImageError

Json = dict[str, Any]


class Predictions(Rows):
    """Rows of answers, one an image; shown as pictures with bars."""

    def __init__(self, rows: Iterable[Json] = (), images: Sequence[Source] = ()) -> None:
        super().__init__(rows)
        self.images = images
        """What was asked about, in the same order."""

    def _repr_html_(self) -> str:
        return _pictures(self, self.images)


class Answers(list[Prediction]):
    """Answers of a bundle, one an image; shown as pictures with bars."""

    def __init__(self, answers: Iterable[Prediction] = (), images: Sequence[Source] = ()) -> None:
        super().__init__(answers)
        self.images = images

    def rows(self) -> Predictions:
        """The same as rows, for a table."""
        return Predictions([one.row() for one in self], self.images)

    def _repr_html_(self) -> str:
        return self.rows()._repr_html_()


class ShownBundle(Bundle):
    """A bundle that shows its facts and its card."""

    @classmethod
    def of(cls, bundle: Bundle) -> ShownBundle:
        """The same bundle."""
        shown = cls.__new__(cls)
        shown.__dict__.update(bundle.__dict__)
        return shown

    def predict(
        self,
        images: Source | Iterable[Source],
        *,
        known: Known | Iterable[Known] = NOTHING,
        with_saliency: bool = False,
        batch_size: int = BATCH_SIZE,
    ) -> Answers:
        """As of `Bundle`; the answers show themselves."""
        sources = list(several(images))
        options: Json = {"known": known, "with_saliency": with_saliency, "batch_size": batch_size}
        return Answers(super().predict(sources, **options), sources)

    def _repr_html_(self) -> str:
        facts = self.facts
        told = {
            "made": facts.created,
            "classes": {one.name: one.full_name for one in facts.classes},
            "malignant": list(facts.malignant),
            "input": f"{facts.input.height} x {facts.input.width} pixels, {facts.input.resize}",
            "trained on": facts.run.get("image_counts", {}).get("train"),
            "licences of the images": list(facts.licences),
            "figures": facts.metrics or "none: the run was not evaluated before it was exported",
            "equal to the run": facts.parity,
            "network": facts.files,
        }
        return facts_card(facts.name, told, text=("Model card", self.card))


def load_bundle(path: str | Path, *, num_threads: int = 0) -> ShownBundle:
    """Open a bundle that `lentigo export` made; everything in it is verified and no code is run.

    Args:
        path: its directory.
        num_threads: that compute one batch; 0: one a processor core.

    Raises:
        BundleError: there is no bundle; a file is missing, changed or can run code; the schema is of another
            version; the network is not what `bundle.json` says.
    """
    return ShownBundle.of(open_bundle(path, num_threads=num_threads))


def _pictures(rows: Sequence[Json], images: Sequence[Source]) -> str:
    shown = [
        ShownAnswer(row, classes_in(row), _picture(row, images[place] if place < len(images) else ""))
        for place, row in enumerate(rows[:MOST_SHOWN])
    ]
    return answers_card(shown, max(0, len(rows) - MOST_SHOWN))


def _picture(row: Json, image: Source) -> NDArray[np.uint8] | None:
    """The image, with where the network looked over it where that was saved; None where it cannot be read."""
    try:
        if row.get("overlay"):
            with Image.open(row["overlay"]) as picture:
                return np.asarray(picture.convert("RGB"))
        return read_source(image, SIDE, SIDE, "pad")[0]
    except (ImageError, OSError):
        return None
