"""A run and other people's images in; how it does on them, leak-checked, out.

The figures of a run's own test part say how it does on more of the same. Other clinics have other cameras,
other skin and other shares of each class: this is where a classifier shows what it is worth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lentigo.api.answers.baselines import ask_baselines
from lentigo.api.answers.answers import EvaluatedPart, OtherImages
from lentigo.api.answers.runs.fit import check_prior
from lentigo.api.judging.examples import report_others
from lentigo.api.measures.measures import measure
from lentigo.api.measures.unavailable import why_unavailable
from lentigo.api.training import open_data
from lentigo.data.cache import open_cache
from lentigo.data.groups import group_ids
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.sources.isic import archive_id
from lentigo.data.split import Split
from lentigo.data.tables import warn
from lentigo.data.taxonomy import BINARY_CLASS_NAMES, malignant_classes
from lentigo.evaluation.calibration.prior_shift import TRAIN
from lentigo.evaluation.class_map import ClassMap, coarse_name, coarse_names, coarse_probabilities
from lentigo.evaluation.evaluate import Context, evaluate_predictions
from lentigo.evaluation.leak import check_no_leak
from lentigo.evaluation.metrics import Floats
from lentigo.evaluation.predictions import Predictions, save_predictions
from lentigo.settings.errors import DataError, SettingsError
from lentigo.settings.files import write_json
from lentigo.settings.members import recipe_of
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import NOTICE, RunDirectory

SCHEMA_VERSION = 2
EXTERNAL = "external"
"""The part that such predictions are said to be of."""
LINKS = ("image_id", "sha256", "group", "lesion_id", "patient_id")

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
    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    ours, split = open_data(opened, chosen.trained_on)
    theirs = manifest if isinstance(manifest, Manifest) else load_manifest(manifest)
    _check_name(chosen.name or _folder_name(theirs))
    truth, class_map = external_truth(theirs, ours, recipe_of(opened), chosen.class_map)
    malignant = tuple(coarse_name(name, class_map) for name in opened.record()["malignant"])
    check_prior(chosen.prior, coarse_names(opened.record()["class_names"], class_map), malignant)
    linked, trained = linked_tables(theirs, ours, split)
    leaked = check_no_leak(linked, trained, chosen.allow_leak)
    context = Context(EXTERNAL, split.hash, malignant, leaked)
    groups = linked["group"].to_numpy(dtype=str)
    others = OtherImages(theirs, groups, class_map, _ask(opened, theirs, progress))
    asked = (not chosen.with_baselines, chosen.prior, (), others)
    part = EvaluatedPart(opened, ours, split, _predictions(opened, others, truth), context, *asked)
    shared = len(set(linked["group"]) & set(trained["group"]))
    return _save(part, others, {**_figures(part, others), "shared_groups": shared}, chosen)


def _figures(part: EvaluatedPart, others: OtherImages) -> Json:
    """All that is said of other people's images."""
    recipe = recipe_of(part.run)
    names = part.run.record()["class_names"]
    baselines = {} if part.is_brief else ask_baselines(recipe, part.manifest, part.split, others.manifest)
    coarse = {
        name: coarse_probabilities(answers, names, others.class_map)[0] for name, answers in baselines.items()
    }
    measured = measure(part)
    trained = _training_classes(part.manifest, part.split, recipe, others.class_map)
    return {
        **evaluate_predictions(part.predictions, part.groups, part.context, coarse),
        **measured,
        "unavailable": why_unavailable(part, measured),
        "manifest": {"path": str(others.manifest.path), "sha256": others.manifest.sha256},
        "class_map": {target: list(parts) for target, parts in others.class_map.items()},
        "prior_shift": prior_shift(part.predictions, trained),
        "look_alikes": look_alikes(others.manifest, part.manifest, part.split),
    }


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


def linked_tables(theirs: Manifest, ours: Manifest, split: Split) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Their images, and our training images, with everything by which one could be known from the other.

    Groups are those of both manifests together, so that a lesion links across them. Ids are those of the
    archive, without `_downsampled`.
    """
    both = pd.concat([theirs.table, ours.table], ignore_index=True)
    both = both.assign(image_id=both["image_id"].map(archive_id))
    # a near-duplicate cluster is a number within one manifest and means nothing in another
    is_theirs = np.arange(len(both)) < len(theirs.table)
    clusters = np.where(is_theirs, "theirs ", "ours ") + both["duplicate_group"].to_numpy(dtype=object)
    both["duplicate_group"] = np.where(both["duplicate_group"] == "", "", clusters)
    both["group"] = group_ids(both)
    rows = len(theirs.table) + split.rows(ours, "train")
    return both.loc[is_theirs, list(LINKS)].reset_index(drop=True), both.iloc[rows][list(LINKS)]


def look_alikes(theirs: Manifest, ours: Manifest, split: Split) -> dict[str, Any]:
    """Images whose perceptual hash is that of a training image under another id: to be looked at.

    They do not stop the evaluation, for plain images look alike by chance; a warning names them.
    """
    trained = ours.table.iloc[split.rows(ours, "train")]
    known = dict(zip(trained["perceptual_hash"], trained["image_id"].map(archive_id), strict=True))
    known.pop("", None)
    found = [
        f"{image_id} ~ {known[mark]}"
        for image_id, mark in zip(theirs.table["image_id"], theirs.table["perceptual_hash"], strict=True)
        if mark in known and known[mark] != archive_id(image_id)
    ]
    if found:
        warn(f"{len(found)} images look like training images (such as {found[0]}): compare them by eye")
    return {"n": len(found), "examples": found[:12]}


def prior_shift(predictions: Predictions, trained: pd.Series[str]) -> dict[str, dict[str, float | int]]:
    """Of each class its share of the images in training and here, and its images here."""
    shares = {}
    for name in predictions.class_names:
        before, here = float((trained == name).mean()), float((predictions.truth == name).mean())
        shares[name] = {"trained": before, "here": here, "n": int((predictions.truth == name).sum())}
    return shares


def _check_sides(class_map: ClassMap) -> None:
    wrong = sorted(set(class_map) - set(BINARY_CLASS_NAMES))
    if wrong:
        raise SettingsError(
            f"--map {wrong[0]}=...: this run tells benign from malignant only; say to which of them a class "
            "belongs, such as --map benign=AKIEC"
        )


def _ask(run: RunDirectory, theirs: Manifest, progress: Progress | None) -> Floats:
    """What the network says of its own classes, (N, K)."""
    from lentigo.training.inference import predict_rows

    open_cache(theirs, recipe_of(run).input, progress=progress)
    return predict_rows(run, theirs, np.arange(len(theirs.table)))


def _predictions(run: RunDirectory, others: OtherImages, truth: list[str]) -> Predictions:
    """Answers beside truth, (N,), in classes as they are put together."""
    probabilities, names = coarse_probabilities(others.fine, run.record()["class_names"], others.class_map)
    return Predictions(
        others.manifest.image_ids(),
        np.array(EXTERNAL),
        np.array(-1),
        np.array(truth, dtype=object),
        probabilities,
        names,
    )


def _training_classes(ours: Manifest, split: Split, recipe: Recipe, class_map: ClassMap) -> pd.Series[str]:
    classes = ours.table["class"].iloc[split.rows(ours, "train")]
    if recipe.task.classes == "binary":
        malignant = malignant_classes(ours.class_names, recipe.task)
        return classes.map(lambda name: "malignant" if name in malignant else "benign")
    return classes.map(lambda name: coarse_name(name, class_map))


def _folder_name(theirs: Manifest) -> str:
    return theirs.path.resolve().parent.name if theirs.path is not None else EXTERNAL


def _check_name(name: str) -> None:
    if name in ("", ".", "..") or set(name) & set("/\\\0"):
        raise SettingsError(f"{name!r} cannot be the name of a folder")


def _save(part: EvaluatedPart, others: OtherImages, result: Json, chosen: ExternalOptions) -> Json:
    """Write answers, figures and the page; returns the figures with their folder."""
    run, mark = part.run, "-LEAKED" if part.context.leaked else ""
    folder = run.path / EXTERNAL / ((chosen.name or _folder_name(others.manifest)) + mark)
    save_predictions(folder / "predictions.csv", part.predictions)
    document = {"schema_version": SCHEMA_VERSION, "notice": NOTICE, "run": run.record()["name"]}
    write_json(folder / "evaluation.json", {**document, **result})
    report_others(part, others, result, folder / "report.html")
    return {**result, "folder": str(folder)}
