"""Rows of the study in; a folder with one run for each recipe and the table of all out. Resumable.

    OUT/study.{html,csv,json,png}   the table, of every row that has been run into OUT
    OUT/runs/<recipe>/              one run directory each (a search directory for S4)
    OUT/data/                       the split, smaller data sets, and at scale smoke the drawn images

A row is one call of `train` (or of a search), one look at the test part, and one measurement on the images it
was trained on. What is finished is not repeated; a row that fails is told and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lentigo import api
from lentigo.api.answers.runs.opening import open_data
from lentigo.data.importing import import_images
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.sources import isic
from lentigo.data.sources.synthetic import synthesize
from lentigo.data.split import Split, load_split, make_split, save_split
from lentigo.evaluation.metrics import accuracy, balanced_accuracy, confusion_matrix, predicted_classes
from lentigo.evaluation.predictions import Predictions
from lentigo.experiments.study.facts import Json, row_facts
from lentigo.experiments.study.rows import StudyRow, available_rows
from lentigo.experiments.study.scales import Scaled, ScaleName, scale_recipe
from lentigo.experiments.study.subset import limited
from lentigo.experiments.study.table import write_table_files
from lentigo.settings.errors import LentigoError, SettingsError
from lentigo.settings.processes.interrupt import Interrupted
from lentigo.settings.run import RunDirectory
from lentigo.settings.sealing import read_sealed, write_sealed
from lentigo.settings.toml import dump_recipe, load_recipe, parse_recipe

FRACTIONS = (0.7, 0.15, 0.15)
DRAWN_IMAGES, DRAWN_HEIGHT, DRAWN_WIDTH = 240, 96, 128
MEASURES_FILE = "study.json"
"""Inside a run: what it scores on the images it was trained on."""


@dataclass(frozen=True)
class StudyJob:
    """Where and how large."""

    out: Path
    manifest: Manifest
    split: Split
    scale: ScaleName = "smoke"
    weights: Mapping[str, str] = field(default_factory=dict)
    """Backbone -> `imagenet`, `none` or a file, in place of the recipes' own."""
    seed: int = 0
    overrides: tuple[str, ...] = ()
    """`key=value` for every row."""

    def run_path(self, recipe: str) -> Path:
        """Where the run of a recipe lies; beside the others, so that one can start from another by name."""
        return self.out / "runs" / recipe


@dataclass(frozen=True)
class Watch:
    """Who is told what happens."""

    say: Callable[[str], None] = lambda _text: None
    progress: Any = None
    """A `TrainingProgress`."""


def study_images(
    out: Path, manifest: str | Path | None = None, scale: ScaleName = "smoke", seed: int = 0
) -> Manifest:
    """The images given, or at scale `smoke` some drawn into the folder.

    Args:
        out: the study's folder.
        manifest: `manifest.csv` or its folder.
        scale: only `smoke` draws images.
        seed: of drawn images.

    Raises:
        SettingsError: no manifest, and a scale whose figures are meant to say something.
    """
    if manifest is None and scale != "smoke":
        raise SettingsError(f"scale {scale} needs images: give --manifest DATA/manifest.csv")
    return load_manifest(Path(manifest or _drawn(out / "data" / "drawn", seed)).resolve())


def open_study(
    out: str | Path, manifest: str | Path | None = None, split: str | Path | None = None, **settings: Any
) -> StudyJob:
    """A job with the images and the split that are given, or drawn and made; `settings` as of `StudyJob`."""
    place, seed = Path(out), settings.get("seed", 0)
    images = study_images(place, manifest, settings.get("scale", "smoke"), seed)
    return StudyJob(place, images, study_split(place, images, split, seed), **settings)


def study_split(out: Path, manifest: Manifest, split: str | Path | None = None, seed: int = 0) -> Split:
    """The split given, or one of 70, 15 and 15 % by group that is made once and kept in the folder."""
    place = Path(split or out / "data" / "split.csv")
    if split is None and not place.is_file():
        save_split(place, make_split(manifest, FRACTIONS, seed))
    return load_split(place)


def run_study(job: StudyJob, rows: Sequence[StudyRow], watch: Watch | None = None) -> list[Json]:
    """Run rows that are not finished, and write the table of all that are in the folder.

    Args:
        job: data, folder and scale.
        rows: from `choose_rows`.
        watch: told what happens.

    Returns:
        The facts of every row in the table, in the order of the study; `error` says why one failed.
    """
    errors: dict[str, str] = {}
    for row in rows:
        errors |= run_rows(job, [row], watch)
        write_study(job, errors)
    return write_study(job, errors)


def run_rows(job: StudyJob, rows: Sequence[StudyRow], watch: Watch | None = None) -> dict[str, str]:
    """Run rows that are not finished, one after the other; returns why some have failed, by id."""
    seen = watch or Watch()
    errors: dict[str, str] = {}
    for row in rows:
        seen.say(f"{row.id}: {row.title} ({row.recipe}, scale {job.scale})")
        try:
            run_row(job, row, seen)
        except LentigoError as error:
            if isinstance(error, Interrupted):
                raise
            errors[row.id] = str(error)
            seen.say(f"{row.id} failed: {error}")
    return errors


def write_study(job: StudyJob, errors: Mapping[str, str]) -> list[Json]:
    """Write the table of rows that are finished in the folder or have just failed; returns their facts."""
    found = _table(job, errors)
    write_table_files(job.out, found)
    return found


def run_row(job: StudyJob, row: StudyRow, watch: Watch | None = None) -> RunDirectory:
    """Train what a row needs, look at its test part and measure it on its training images, all once."""
    seen = watch or Watch()
    if row.needs:
        first = next(other for other in available_rows() if other.recipe == row.needs)
        seen.say(f"{row.id} starts from the run of {first.id}")
        run_row(job, first, seen)
    scaled = scaled_row(job, row)
    manifest, split = limited(job.manifest, job.split, scaled.limits, job.out / "data", job.seed)
    if row.verb == "search":
        run = _search(job, scaled, (manifest, split), seen)  # has looked at test already
    else:
        run = api.train(scaled.recipe, manifest, split, job.run_path(row.recipe), progress=seen.progress)
    _measure(run, job.scale, seen, looks_at_test=row.verb == "train")
    if row.shows == "saliency" and not (run.path / "saliency" / "sheet.png").is_file():
        api.explain(run, count=12)  # of validation: the test part is looked at once
    return run


def scaled_row(job: StudyJob, row: StudyRow) -> Scaled:
    """The recipe of a row as this job runs it; its `overrides` have the last word."""
    recipe = load_recipe(row.recipe)
    scaled = scale_recipe(recipe, job.scale, job.weights.get(recipe.model.backbone, ""), job.seed)
    if not job.overrides:
        return scaled
    return replace(scaled, recipe=parse_recipe(dump_recipe(scaled.recipe), row.recipe, job.overrides))


def finished_run(job: StudyJob, row: StudyRow) -> RunDirectory | None:
    """The run of a row, measured; None where it is not finished. Of a search, the winner's."""
    path = job.run_path(row.recipe)
    if row.verb == "search":
        record = read_sealed(path / "search.json") if (path / "search.json").is_file() else {}
        if not record.get("winner"):
            return None
        path = path / "trials" / f"{record['winner']['number']:04d}"
    run = RunDirectory(path)
    return run if run.record().get("status") == "finished" and is_measured(run) else None


def is_measured(run: RunDirectory) -> bool:
    """Whether the run has its figures, and they are of the weights it has now."""
    file = run.path / MEASURES_FILE
    weights = run.record().get("weights", {}).get("sha256")
    if not (file.is_file() and run.evaluation_file.is_file()):
        return False
    return bool(read_sealed(file).get("weights_sha256") == weights)


def training_figures(predictions: Predictions) -> Json:
    """Accuracy on the images that were learnt, as they are and with every class weighted equally.

    Beside each stands what a network that has learnt nothing scores: the commonest class's share of them, and
    one over the number of their classes.
    """
    truth = predictions.truth_indices()
    num_classes = len(predictions.class_names)
    confusion = confusion_matrix(truth, predicted_classes(predictions.probabilities), num_classes)
    counts = np.bincount(truth, minlength=num_classes)
    return {
        "n": len(truth),
        "accuracy": float(accuracy(confusion)),
        "majority_share": float(counts.max() / len(truth)),
        "balanced_accuracy": float(balanced_accuracy(confusion)),
        "class_share": 1 / int(np.count_nonzero(counts)),
    }


def _search(job: StudyJob, scaled: Scaled, data: tuple[Manifest, Split], watch: Watch) -> RunDirectory:
    """Search to the scale's number of trials and look at test with the winner, once; returns its run."""
    record = api.search(
        scaled.recipe,
        *data,
        job.run_path(scaled.recipe.name),
        budget=str(scaled.trials),
        confirm=True,
        say=watch.say,
        progress=watch.progress,
    )
    return RunDirectory(record["winner"]["run"])


def _measure(run: RunDirectory, scale: str, watch: Watch, looks_at_test: bool) -> None:
    """Look at the test part, unless that is done, and at the images that were learnt; once."""
    from lentigo.training.inference import predict_part

    if is_measured(run):
        watch.say(f"{run.path} is measured already; nothing to do")
        return
    watch.say("evaluating on the test part, and on the images that were learnt")
    if looks_at_test:
        api.evaluate(run, part="test", with_baselines=False)
    manifest, split = open_data(run)
    figures = training_figures(predict_part(run, manifest, split, "train"))
    sizes = manifest.table[["height", "width"]].median()
    write_sealed(
        run.path / MEASURES_FILE,
        {
            "weights_sha256": run.record()["weights"]["sha256"],
            "scale": scale,
            "training": figures,
            "median_image": {"height": int(sizes["height"]), "width": int(sizes["width"])},
        },
    )


def _table(job: StudyJob, errors: Mapping[str, str]) -> list[Json]:
    """Facts of every row that is finished in the folder or has just failed."""
    found = []
    for row in available_rows():
        run = None if row.id in errors else finished_run(job, row)
        is_shown = row.shows != "saliency" or (run and (run.path / "saliency" / "sheet.png").is_file())
        if row.id in errors or (run and is_shown):
            found.append(row_facts(row, run, errors.get(row.id, "")))
    return found


def _drawn(folder: Path, seed: int) -> Path:
    """Draw and import a small set of images; returns its manifest."""
    csv_file = folder / "manifest.csv"
    if not csv_file.is_file():
        lesions = folder / "lesions"
        synthesize(lesions, DRAWN_IMAGES, seed, DRAWN_HEIGHT, DRAWN_WIDTH)
        import_images(isic.read(lesions), folder)
    return csv_file
