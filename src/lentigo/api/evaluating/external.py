"""A run and other people's images in; how it does on them, leak-checked, out.

The figures of a run's own test part say how it does on more of the same. Other clinics have other cameras,
other skin and other shares of each class: this is where a classifier shows what it is worth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.leak_guard import linked_tables, look_alikes
from lentigo.api.answers.runs.other_images import EXTERNAL, OtherImages, external_truth
from lentigo.api.answers.runs.source import open_run
from lentigo.api.answers.source import Asked
from lentigo.api.answers.validation_fit import check_prior
from lentigo.api.judging.figures import explained_figures
from lentigo.api.judging.reporting import report_answers
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.taxonomy import malignant_classes
from lentigo.evaluation.calibration.prior_shift import TRAIN
from lentigo.evaluation.class_map import ClassMap, coarse_name, coarse_names
from lentigo.evaluation.leak import check_no_leak
from lentigo.evaluation.predictions import Predictions, save_predictions
from lentigo.settings.errors import DataError, SettingsError
from lentigo.settings.files import write_json
from lentigo.settings.members import recipe_of
from lentigo.settings.run import NOTICE, RunDirectory

SCHEMA_VERSION = 2

Json = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ExternalOptions:
    """What may be said about an external validation."""

    class_map: ClassMap = field(default_factory=dict)
    """Classes to be put together, on whichever side has the finer ones."""
    trained_on: Path | None = None
    """Where the run's own manifest is now, if it has moved."""
    allow_leak: bool = False
    name: str = ""
    """Of the folder for the results, inside the run; the manifest's folder's name where not given."""
    prior: str = TRAIN
    """Mix of classes that decisions are measured for; see `evaluate`."""
    with_baselines: bool = True
    """Whether the simple baselines, fitted on the run's training part, answer too."""


def evaluate_external(
    run: RunDirectory | str | Path,
    manifest: Manifest | str | Path,
    options: ExternalOptions | None = None,
    progress: Progress | None = None,
) -> Json:
    """Predict all images of another manifest and compare them with their truth.

    Writes `external/NAME/predictions.csv`, `evaluation.json` and `report.html` into the run, whose own stay
    as they are; the folder of leaked figures is called `NAME-LEAKED`. Calibration, operating points and
    prediction sets are fitted on the run's validation part. Nothing is fitted on these images, but that a mix
    of classes is estimated from the answers to them, without their labels.

    Args:
        run: a finished run.
        manifest: the other images.
        options: see `ExternalOptions`.
        progress: called with (done, total) images.

    Returns:
        As an entry of `evaluation.json`, with `folder`, `manifest`, `class_map`, `prior_shift` (share of each
        class in training and here), `shared_groups` (with training), `look_alikes`, `unavailable`.

    Raises:
        LeakError: an image, or one of its group, was trained on.
        DataError: the images have classes that the run does not know, and no equation names.
        SettingsError: the prior cannot be read.
    """
    chosen = options or ExternalOptions()
    own = open_run(run, chosen.trained_on)
    theirs = manifest if isinstance(manifest, Manifest) else load_manifest(manifest)
    _check_name(chosen.name or _folder_name(theirs))
    _check_view(theirs, recipe_of(own.run).input.view)
    truth, class_map = external_truth(theirs, own.manifest, recipe_of(own.run), chosen.class_map)
    source = OtherImages(own.run, own.manifest, own.split, theirs, class_map)
    check_prior(chosen.prior, coarse_names(source.class_names, class_map), source.coarse_malignant)
    linked, trained = linked_tables(theirs, source.manifest, source.split)
    leaked = check_no_leak(linked, trained, chosen.allow_leak)
    asked = Asked(not chosen.with_baselines, chosen.prior)
    answers = source.ask(truth, linked["group"].to_numpy(dtype=str), leaked, asked, progress)
    shared = len(set(linked["group"]) & set(trained["group"]))
    return _save(source, answers, {**_figures(source, answers), "shared_groups": shared}, chosen)


def _figures(source: OtherImages, answers: Answers) -> Json:
    """All that is said of other people's images."""
    theirs = source.theirs
    return {
        **explained_figures(answers),
        "manifest": {"path": str(theirs.path), "sha256": theirs.sha256},
        "class_map": {target: list(parts) for target, parts in source.class_map.items()},
        "prior_shift": prior_shift(answers.predictions, _training_classes(source)),
        "look_alikes": look_alikes(theirs, source.manifest, source.split),
    }


def prior_shift(predictions: Predictions, trained: pd.Series[str]) -> dict[str, dict[str, float | int]]:
    """Of each class its share of the images in training and here, and its images here."""
    shares = {}
    for name in predictions.class_names:
        before, here = float((trained == name).mean()), float((predictions.truth == name).mean())
        shares[name] = {"trained": before, "here": here, "n": int((predictions.truth == name).sum())}
    return shares


def _training_classes(source: OtherImages) -> pd.Series[str]:
    ours, recipe = source.manifest, recipe_of(source.run)
    classes = ours.table["class"].iloc[source.split.rows(ours, "train")]
    if recipe.task.classes == "binary":
        malignant = malignant_classes(ours.class_names, recipe.task)
        return classes.map(lambda name: "malignant" if name in malignant else "benign")
    return classes.map(lambda name: coarse_name(name, source.class_map))


def _folder_name(theirs: Manifest) -> str:
    return theirs.path.resolve().parent.name if theirs.path is not None else EXTERNAL


def _check_name(name: str) -> None:
    if name in ("", ".", "..") or set(name) & set("/\\\0"):
        raise SettingsError(f"{name!r} cannot be the name of a folder")


def _check_view(theirs: Manifest, view: str) -> None:
    """Refuse photographs that the run was not trained for, where the manifest tells."""
    if view == "all":
        return
    if view == "pair":
        raise DataError(
            "the run answers two photographs of a lesion at once (input.view = 'pair'), and other people's "
            "images are asked one by one; evaluate it on its own split"
        )
    others = sorted(set(theirs.table["view"]) - {"", view})
    if others:
        raise DataError(
            f"the run has learnt {view} images alone (input.view), and {theirs.path} has {', '.join(others)} "
            f"ones too; import them again with `--view {view}`"
        )


def _save(source: OtherImages, answers: Answers, result: Json, chosen: ExternalOptions) -> Json:
    """Write answers, figures and the page; returns the figures with their folder."""
    mark = "-LEAKED" if answers.context.leaked else ""
    folder = source.run.path / EXTERNAL / ((chosen.name or _folder_name(source.theirs)) + mark)
    save_predictions(folder / "predictions.csv", answers.predictions)
    document = {"schema_version": SCHEMA_VERSION, "notice": NOTICE, "run": source.named()["name"]}
    write_json(folder / "evaluation.json", {**document, **result})
    report_answers(answers, result, folder / "report.html")
    return {**result, "folder": str(folder)}
