"""A run, an ensemble or a cross-validation as a source of answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.abstaining_fit import AbstainingFit
from lentigo.api.answers.answers import Answers
from lentigo.api.answers.leak_guard import groups_on_two_sides
from lentigo.api.answers.runs.abstaining import fit_abstaining, network_outputs
from lentigo.api.answers.runs.fit import fit_and_save
from lentigo.api.answers.runs.opening import open_data
from lentigo.api.answers.runs.parts import answers_of, groups_of
from lentigo.api.answers.source import Asked, Asker, Images, Learnt, Pixels, Source
from lentigo.api.answers.validation_fit import VALIDATION, Validation, ValidationFit
from lentigo.data.images.views import views_of
from lentigo.data.manifest import Manifest, sources_of
from lentigo.data.metadata.drawn import drawn_warning
from lentigo.data.split import PARTS, Split
from lentigo.data.taxonomy import targets
from lentigo.evaluation.abstaining.unknown_scores import Output, Outputs
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.intervals.sample import sample
from lentigo.evaluation.metrics import Floats, Ints
from lentigo.evaluation.predictions import Predictions
from lentigo.report.pages.page import PartFacts, ReportInput
from lentigo.settings.members import (
    OUT_OF_FOLD,
    is_cross_validated,
    is_of_pairs,
    is_several,
    members_of,
    recipe_of,
)
from lentigo.settings.run import RunDirectory


@dataclass(frozen=True)
class RunSource(Source):
    """A finished run, an ensemble or a cross-validation, with its images and how they were divided."""

    run: RunDirectory
    manifest: Manifest
    split: Split

    @cached_property
    def class_names(self) -> tuple[str, ...]:
        """Its outputs in order."""
        return tuple(self.run.record()["class_names"])

    @cached_property
    def malignant(self) -> tuple[str, ...]:
        """The diagnoses that it counts as malignant."""
        return tuple(self.run.record()["malignant"])

    def image_ids(self, part: str) -> set[str]:
        """The images of a part."""
        folded = self.split.folds(self.manifest) >= 0
        rows = np.flatnonzero(folded) if part == OUT_OF_FOLD else self.split.rows(self.manifest, part)
        return set(self.manifest.table["image_id"].iloc[rows])

    def default_part(self) -> str:
        """What it is judged by unless something else is asked for."""
        return OUT_OF_FOLD if is_cross_validated(self.run) else VALIDATION

    def answers(
        self, predictions: Predictions, part: str, leaked: bool = False, asked: Asked | None = None
    ) -> Answers:
        """Its predictions of a part, to be judged."""
        context = Context(part, self.split.hash, self.malignant, leaked)
        return Answers(predictions, groups_of(self.split, predictions), context, self, asked or Asked())

    def named(self) -> dict[str, str]:
        """See `Source`."""
        return {"path": str(self.run.path), "name": str(self.run.record()["name"])}

    def validation_predictions(self) -> Predictions | None:
        """Its answers on validation, read where they have been saved and computed otherwise."""
        if len(self.split.rows(self.manifest, VALIDATION)) == 0:
            return None
        return answers_of(self.run, self.manifest, self.split, VALIDATION)

    def as_validation(self, predictions: Predictions) -> Validation:
        """Predictions of the validation part, to fit on."""
        groups = groups_of(self.split, predictions)
        found = sample(predictions.truth_indices(), predictions.probabilities, groups)
        return Validation(found, self.class_names, self.malignant, self.split.hash)

    def validation(self) -> Validation | None:
        """See `Source`; computed and saved where the run has not been asked yet."""
        predictions = self.validation_predictions()
        return None if predictions is None else self.as_validation(predictions)

    def fit(self, validation: Validation, rules: tuple[str, ...] = ()) -> ValidationFit:
        """See `Source`; saved in the run."""
        return fit_and_save(self.run, validation, rules)

    def abstaining(self, fit: ValidationFit) -> AbstainingFit:
        """See `Source`; saved in the run."""
        return fit_abstaining(self.run, self.manifest, self.split, fit)

    def images(self, image_ids: Sequence[str]) -> Images | None:
        """See `Source`."""
        place = {image_id: row for row, image_id in enumerate(self.manifest.table["image_id"])}
        rows = np.array([place[image_id] for image_id in image_ids], dtype=np.int64)
        return Images(self.manifest, rows, recipe_of(self.run).input)

    def learnt(self) -> Learnt | None:
        """See `Source`."""
        recipe, table = recipe_of(self.run), self.manifest.table
        labels, names = targets(table["class"].tolist(), self.manifest.class_names, recipe.task)
        rows = self.split.rows(self.manifest, "train")
        return Learnt(Images(self.manifest, rows, recipe.input), labels[rows], tuple(names))

    def asker(self, images: Images) -> Asker | None:
        """See `Source`; metadata are those of the images. A pair of photographs is not painted over."""
        if is_several(self.run) or is_of_pairs(self.run):
            return None
        from lentigo.training.inference import known_of, load_network, predict_images

        network, recipe = load_network(self.run), self.run.recipe()
        views, known = views_of(recipe.prediction.views), known_of(recipe, images.manifest, images.rows)

        def ask(pixels: Iterable[Pixels]) -> Floats:
            return predict_images(network, pixels, views, known=known)

        return ask

    def image_alone(self, images: Images) -> Floats | None:
        """See `Source`; of several runs some may take metadata."""
        members = [one.run for one in members_of(self.run)] if is_several(self.run) else [self.run]
        if not any(recipe_of(member).metadata.use for member in members):
            return None
        from lentigo.training.inference import predict_rows

        return predict_rows(self.run, images.manifest, images.rows, is_image_alone=True)

    def represent(self, images: Images, outputs: Sequence[Output]) -> Outputs:
        """See `Source`."""
        return network_outputs(self.run, images.manifest, images.rows, outputs)

    def saliency(self, pixels: Pixels, classes: Ints) -> Sequence[NDArray[np.float32]] | None:
        """See `Source`; several runs have no maps, nor have pairs of photographs."""
        if is_several(self.run) or is_of_pairs(self.run):
            return None
        from lentigo.explanation.gradcam import grad_cam
        from lentigo.training.inference import load_network

        return list(grad_cam(load_network(self.run), pixels, classes))

    def about(self, evaluation: Mapping[str, Any], asked: Asked) -> ReportInput:  # noqa: ARG002
        """See `Source`."""
        part, record = evaluation["part"], self.run.record()
        # out-of-fold answers come with the cross-validation itself
        again = [f"lentigo evaluate {self.run.path} --part {part}"] if part in PARTS else []
        return ReportInput(
            record=record,
            recipe_text=recipe_text(self.run),
            history=self.run.history(),
            evaluation=evaluation,
            parts=[self.part_facts(name) for name in PARTS],
            groups_on_two_sides=groups_on_two_sides(self.split),
            commands=[record["command"], *again],
            warning=drawn_warning(sources_of(self.manifest, self.split.rows(self.manifest, "train"))),
        )

    def part_facts(self, part: str) -> PartFacts:
        """What a part of its split holds."""
        table, rows = self.split.table, self.split.rows(self.manifest, part)
        counts = self.manifest.table["class"].iloc[rows].value_counts()
        groups = table.loc[table["part"] == part, "group"].nunique()
        by_class = {name: int(counts.get(name, 0)) for name in self.manifest.class_names}
        return PartFacts(part, len(rows), int(groups), by_class)


def open_run(path: RunDirectory | str | Path, manifest: str | Path | None = None) -> RunSource:
    """Open a finished run with its data.

    Args:
        path: its directory.
        manifest: where the manifest is now, if it has moved.

    Raises:
        RunError: there is no run, it is not finished, or its manifest is not at hand.
    """
    run = path if isinstance(path, RunDirectory) else RunDirectory.existing(path)
    return RunSource(run, *open_data(run, manifest))


def recipe_text(run: RunDirectory) -> str:
    """The resolved recipe; of several runs, who they are and what each counts for."""
    if not is_several(run):
        return run.recipe_text()
    record = run.record()
    lines = [f"{entry['weight']:.3f}  {entry['name']}  {entry['path']}" for entry in record["members"]]
    return "\n".join([f"{record['mean']} mean of {len(lines)} runs, by weight:", *lines])
