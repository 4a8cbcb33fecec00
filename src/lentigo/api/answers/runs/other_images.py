"""A run that is asked about other people's images, in place of a part of its split."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.answers import Answers, Finer
from lentigo.api.answers.runs.source import RunSource, recipe_text
from lentigo.api.answers.source import Asked, Images
from lentigo.data.cache import open_cache
from lentigo.data.manifest import Manifest
from lentigo.data.metadata.encoding import encoding_of, strangers_in_words
from lentigo.data.tables import warn
from lentigo.data.taxonomy import BINARY_CLASS_NAMES, malignant_classes
from lentigo.evaluation.calibration.prior_shift import TRAIN
from lentigo.evaluation.class_map import ClassMap, coarse_name, coarse_probabilities, equation_texts
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.predictions import Predictions
from lentigo.report.pages.page import PartFacts, ReportInput
from lentigo.settings.errors import DataError, SettingsError
from lentigo.settings.members import recipe_of
from lentigo.settings.recipe import Recipe

EXTERNAL = "external"
"""The part that such predictions are said to be of."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class OtherImages(RunSource):
    """A run with its own images, and others that it is asked about: nothing is fitted on them."""

    theirs: Manifest
    class_map: ClassMap
    """The equations by which classes of the run are put together."""

    @property
    def coarse_malignant(self) -> tuple[str, ...]:
        """What counts as malignant after the equations."""
        return tuple(coarse_name(name, self.class_map) for name in self.malignant)

    def ask(
        self,
        truth: Sequence[str],
        groups: NDArray[Any],
        leaked: bool,
        asked: Asked,
        progress: Progress | None = None,
    ) -> Answers:
        """Let the run answer all of their images.

        Args:
            truth: (N,) classes after the equations.
            groups: (N,) by the links of their manifest and of the run's own, together.
            leaked: whether some were trained on.
            asked: what is to be said of the answers.
            progress: called with (done, total) images.
        """
        from lentigo.training.inference import predict_rows

        open_cache(self.theirs, recipe_of(self.run).input, progress=progress)
        encoding = encoding_of(recipe_of(self.run).metadata)
        if encoding is not None and (strangers := encoding.strangers(self.theirs.known())):
            warn(strangers_in_words(strangers, "import them with the words of the recipe's metadata.sites"))
        fine = predict_rows(self.run, self.theirs, np.arange(len(self.theirs.table)))
        probabilities, names = coarse_probabilities(fine, self.class_names, self.class_map)
        predictions = Predictions(
            self.theirs.image_ids(),
            np.array(EXTERNAL),
            np.array(-1),
            np.array(truth, dtype=object),
            probabilities,
            names,
        )
        context = Context(EXTERNAL, self.split.hash, self.coarse_malignant, leaked)
        finer = Finer(fine, self.class_names, self.malignant, self.class_map)
        return Answers(predictions, groups, context, self, asked, finer)

    def images(self, image_ids: Sequence[str]) -> Images | None:  # noqa: ARG002
        """See `Source`: all of theirs."""
        return Images(self.theirs, np.arange(len(self.theirs.table)), recipe_of(self.run).input)

    def about(self, evaluation: Mapping[str, Any], asked: Asked) -> ReportInput:
        """See `Source`; `evaluation` says how many `shared_groups`."""
        equations, record = equation_texts(self.class_map), self.run.record()
        counts = Counter(self.theirs.table["class"].tolist())
        facts = PartFacts(EXTERNAL, evaluation["n_images"], evaluation["n_groups"], counts)
        told = {"Other people's images": str(self.theirs.path)}
        options = [f"--map {shlex.quote(one.replace(' ', ''))}" for one in equations]
        options += [] if asked.prior == TRAIN else [f"--prior {asked.prior}"]
        command = shlex.join(["lentigo", "evaluate", str(self.run.path), "--manifest", str(self.theirs.path)])
        return ReportInput(
            record=record,
            recipe_text=recipe_text(self.run),
            history=self.run.history(),
            evaluation=evaluation,
            parts=[self.part_facts("train"), facts],
            groups_on_two_sides=evaluation["shared_groups"],
            commands=[record["command"], " ".join([command, *options])],
            subtitle={**told, "Classes": "; ".join(equations)} if equations else told,
        )


def external_truth(
    theirs: Manifest, ours: Manifest, recipe: Recipe, class_map: ClassMap
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """The truth of each image (N,) in the run's classes, and the equations that its answers need.

    A run of benign against malignant groups the classes that it was trained on; others need an equation, such
    as benign=AKIEC.

    Raises:
        DataError: a class is unknown to the run.
    """
    binary = recipe.task.classes == "binary" and set(ours.class_names) != set(BINARY_CLASS_NAMES)
    equations = dict(class_map)
    if binary:
        malignant = malignant_classes(ours.class_names, recipe.task)
        sides = {
            "benign": tuple(name for name in ours.class_names if name not in malignant),
            "malignant": malignant,
        }
        equations = {side: (*sides[side], *class_map.get(side, ())) for side in BINARY_CLASS_NAMES}
        _check_sides(class_map)
    known = {*BINARY_CLASS_NAMES} if binary else {coarse_name(name, equations) for name in ours.class_names}
    truth = [coarse_name(name, equations) for name in theirs.table["class"]]
    strangers = sorted({name for name in truth if name not in known})
    if strangers:
        raise DataError(
            f"the run does not know the class {', '.join(strangers)}, only {', '.join(sorted(known))}; say "
            "what it is made of or belongs to, such as --map AKIEC=AK+SCC, or import the images without it"
        )
    return truth, {} if binary else equations


def _check_sides(class_map: ClassMap) -> None:
    wrong = sorted(set(class_map) - set(BINARY_CLASS_NAMES))
    if wrong:
        raise SettingsError(
            f"--map {wrong[0]}=...: this run tells benign from malignant only; say to which of them a class "
            "belongs, such as --map benign=AKIEC"
        )
