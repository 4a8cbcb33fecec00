"""The two ways of validating: recipe and manifest in; an honest figure, two LEAKED ones, and why, out.

Honest: groups stay whole, and classes are weighted equally. LEAKED, as the study's printed figures suggest it
was done (shared images, then a balanced set drawn again from all of them):

    (a) five sixths of the images, drawn image by image, are trained on, and the last sixth is evaluated;
    (b) of *all* images the commoner class is dropped to the count of the rarer one, a new sixth is drawn with
        another seed, and the same weights are evaluated on it.

Most images of (b) have been trained on. If s of them were, (b) should come out at

    s x (accuracy on the images trained on) + (1 - s) x (accuracy on those not trained on).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lentigo import api
from lentigo.api.answers.leak_guard import linked_rows
from lentigo.api.answers.runs.opening import open_data
from lentigo.api.answers.runs.parts import groups_of
from lentigo.data.groups import group_ids
from lentigo.data.manifest import Manifest
from lentigo.data.split import NO_FOLD, PARTS, Split, content_hash, crossing_groups, make_split
from lentigo.evaluation.evaluate import Context, evaluate_predictions
from lentigo.evaluation.leak import check_no_leak
from lentigo.evaluation.predictions import Predictions, load_predictions
from lentigo.experiments.study.facts import Json, is_trained, learnt_and_floor
from lentigo.experiments.study.study import Watch, study_images
from lentigo.experiments.study.subset import stratified
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import NOTICE, RunDirectory
from lentigo.settings.toml import load_recipe

SHARE = 1 / 6
"""Of the images that are validated, as in the study."""
FIXED = ("task.classes=binary", "training.keep=last")
"""Two classes, for benign images are dropped to the count of malignant ones; and no epoch is chosen by the
validation images, so that nothing but the sharing of images flatters."""
DRAWN = ("input.height=48", "input.width=64", "training.batch_size=16", "stages.0.epochs=60")
"""Makes `baseline` memorise a few hundred drawn images, which its own size and length do not."""
RESPLIT_SEED_STEP = 1000
"""Added to the seed for the second drawing: "another seed"."""
MARK = "LEAKED"

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class PairJob:
    """What is trained twice, on what, and where."""

    recipe: Recipe
    manifest: Manifest
    out: Path
    seed: int = 0


def pair_recipe(name_or_path: str | Path, overrides: Sequence[str] = ()) -> Recipe:
    """A recipe as the pair trains it: two classes, the last epoch kept, unless `overrides` say otherwise.

    Raises:
        SettingsError: the recipe cannot be used, is one of a search, or is not of two classes.
    """
    recipe = load_recipe(name_or_path, [*FIXED, *overrides])
    if recipe.task.classes != "binary" or recipe.search:
        raise SettingsError(
            f"{recipe.name}: the pair needs one training of two classes; leave task.classes = 'binary' and "
            "give a recipe without [search]"
        )
    return recipe


def open_pair(
    out: str | Path,
    recipe: str | Path = "baseline",
    manifest: str | Path | None = None,
    overrides: Sequence[str] = (),
    seed: int = 0,
) -> PairJob:
    """A job on the images given or, where none are, on drawn ones, which `baseline` is made to memorise."""
    shape = DRAWN if manifest is None and recipe == "baseline" else ()
    chosen = pair_recipe(recipe, [*shape, *overrides])
    return PairJob(chosen, study_images(Path(out), manifest, seed=seed), Path(out), seed)


def per_image_split(manifest: Manifest, seed: int = 0) -> Split:
    """Five sixths train, one sixth validation, drawn image by image: what nobody should do.

    Every class keeps its share. Groups are written down as they are, so whoever compares truth on this split
    is stopped by the guard against leaks, or has LEAKED on every figure; `facts` say so too.
    """
    groups = group_ids(manifest.table)
    labels = manifest.labels()
    held = stratified(labels, round(SHARE * len(labels)), seed)
    part = np.full(len(labels), "train", dtype=object)
    part[held] = "validation"
    columns = {"image_id": manifest.image_ids(), "group": groups, "part": part, "fold": NO_FOLD}
    table = pd.DataFrame(columns).sort_values("image_id", ignore_index=True)
    crossing = len(crossing_groups(table, table["group"].to_numpy()))
    facts = {
        "per_image": True,
        "warning": f"drawn image by image: {crossing} groups are on two sides; for the LEAKED pair only",
        "seed": seed,
        "fractions": [1 - SHARE, SHARE, 0.0],
        "manifest_sha256": manifest.sha256,
        "num_images": {name: int((part == name).sum()) for name in PARTS},
        "num_groups_on_two_sides": crossing,
    }
    return Split(table, content_hash(table), facts)


def resplit(is_malignant: NDArray[np.bool_], seed: int) -> Rows:
    """Drop the commoner side of all images (N,) to the count of the rarer one; draw a sixth of what is left.

    Returns:
        Positions of the drawn images, ascending; as many of either side, but for rounding.
    """
    generator = np.random.default_rng([seed, RESPLIT_SEED_STEP])
    sides = [np.flatnonzero(is_malignant), np.flatnonzero(~is_malignant)]
    count = min(len(side) for side in sides)
    kept = np.sort(np.concatenate([generator.permutation(side)[:count] for side in sides]))
    labels = is_malignant[kept].astype(object)
    return kept[stratified(labels, max(2, round(SHARE * len(kept))), seed + RESPLIT_SEED_STEP)]


def mixture(share_trained: float, trained: float, untrained: float) -> float:
    """Accuracy to be expected of a set of which `share_trained` has been trained on; all in [0, 1]."""
    return share_trained * trained + (1 - share_trained) * untrained


def leak_pair(job: PairJob, watch: Watch | None = None) -> Json:
    """Train by group and per image, evaluate both ways, and compute what the leak alone should give.

    The same call again resumes. Each training is a run of its own in `out`, with its report.

    Returns:
        recipe, figures (by_group, per_image, resplit), share_trained, training_accuracy, prediction: as in
        `leak.json`. Every figure from a leak carries its mark.
    """
    seen = watch or Watch()
    split = make_split(job.manifest, (1 - SHARE, SHARE, 0.0), job.seed)
    seen.say("honest: training on five sixths of the groups")
    honest = api.train(job.recipe, job.manifest, split, job.out / "by-group", progress=seen.progress)
    by_group = api.evaluate(honest, part="validation", with_baselines=False)
    seen.say(f"{MARK}: training on five sixths of the images, drawn one by one")
    per_image = per_image_split(job.manifest, job.seed)
    run = api.train(job.recipe, job.manifest, per_image, job.out / "per-image", progress=seen.progress)
    own = api.evaluate(run, part="validation", with_baselines=False, allow_leak=True)
    seen.say(f"{MARK}: a balanced sixth of all images, drawn again, for the same weights")
    predictions = all_predictions(run)
    chosen = resplit(predictions.truth == "malignant", job.seed)
    was_learnt = predictions.part == "train"
    again = _evaluated(run, predictions, chosen, "re-split")
    learnt = _evaluated(run, predictions, np.flatnonzero(was_learnt), "train")
    figures = [
        figure("by_group", "by group: no lesion on two sides", by_group, ""),
        figure("per_image", "per image: the last sixth", own, _relatives(run)),
        figure("resplit", "re-split: a balanced sixth drawn again", again, _themselves(was_learnt[chosen])),
    ]
    return _facts(job, figures, float(was_learnt[chosen].mean()), learnt)


def all_predictions(run: RunDirectory) -> Predictions:
    """What a run says of every image it has learnt or watched, in no particular order of parts."""
    from lentigo.training.inference import predict_part

    images, split = open_data(run)
    learnt = predict_part(run, images, split, "train")
    watched = load_predictions(run.predictions_file, "validation")
    names = ("image_ids", "part", "fold", "truth", "probabilities")
    joined = {name: np.concatenate([getattr(learnt, name), getattr(watched, name)]) for name in names}
    return Predictions(**joined, class_names=learnt.class_names)


def figure(name: str, title: str, evaluation: Json, why: str) -> Json:
    """One figure of the pair, from the JSON of a part; a leak is marked and its reason given.

    `balanced` weights both classes equally; `accuracy` takes the images as they are.
    """
    is_leaked = bool(evaluation["leaked"])
    return {
        "name": name,
        "title": title,
        "mark": MARK if is_leaked else "",
        "why": why if is_leaked else "",
        "balanced": evaluation["class_weighted"]["accuracy"],
        "accuracy": evaluation["metrics"]["accuracy"],
        "n_images": evaluation["n_images"],
        "n_groups": evaluation["n_groups"],
        "split_hash": evaluation["split_hash"],
    }


def _evaluated(run: RunDirectory, predictions: Predictions, rows: Rows, title: str) -> Json:
    """Figures of some of a run's images, past the guard and with its stamp."""
    manifest, split = open_data(run)
    chosen = np.zeros(len(predictions.image_ids), dtype=bool)
    chosen[rows] = True
    subset = predictions.chosen(chosen)
    trained = linked_rows(manifest, split, "train")
    everything = pd.concat([trained, linked_rows(manifest, split, "validation")])
    evaluated = everything[everything["image_id"].isin(subset.image_ids)]
    leaked = check_no_leak(evaluated, trained, allow_leak=True)
    context = Context(title, split.hash, tuple(run.record()["malignant"]), leaked)
    return evaluate_predictions(subset, groups_of(split, subset), context)


def _relatives(run: RunDirectory) -> str:
    """How many validated images have a relative among those trained on."""
    manifest, split = open_data(run)
    known = set(linked_rows(manifest, split, "train")["group"])
    share = linked_rows(manifest, split, "validation")["group"].isin(known).mean()
    return f"{100 * share:.1f} % of these images show a lesion that was trained on"


def _themselves(was_learnt: NDArray[np.bool_]) -> str:
    return f"{100 * was_learnt.mean():.1f} % of these very images were trained on"


def majority_share(evaluation: Json) -> float:
    """The commonest class's share of the images of a part."""
    counts = np.sum(evaluation["confusion_matrix"], axis=1)
    return float(counts.max() / counts.sum())


def _is_trained(recipe: Recipe, learnt: Json) -> bool:
    """Whether the network has learnt its training images, of two classes, better than a constant answer."""
    training = {
        "accuracy": learnt["metrics"]["accuracy"]["value"],
        "majority_share": majority_share(learnt),
        "balanced_accuracy": learnt["class_weighted"]["accuracy"]["value"],
        "class_share": 1 / 2,
    }
    found = learnt_and_floor(training, recipe.balance)
    return is_trained(found["figure"], found["floor"])


def _facts(job: PairJob, figures: list[Json], share: float, learnt: Json) -> Json:
    """Everything that is written down."""
    by_name: dict[str, Any] = {item["name"]: item for item in figures}
    trained = learnt["class_weighted"]["accuracy"]
    untrained, found = (by_name[name]["balanced"]["value"] for name in ("per_image", "resplit"))
    prediction = mixture(share, trained["value"], untrained)
    return {
        "schema_version": 1,
        "notice": NOTICE,
        "recipe": job.recipe.name,
        "height": job.recipe.input.height,
        "width": job.recipe.input.width,
        "epochs": [stage.epochs for stage in job.recipe.stages],
        "malignant": list(job.recipe.task.malignant),
        "num_images": len(job.manifest.table),
        "seed": job.seed,
        "figures": figures,
        "training_accuracy": trained,
        "is_trained": _is_trained(job.recipe, learnt),
        "share_trained": share,
        "prediction": prediction,
        "prediction_mark": MARK,
        "found_minus_prediction": found - prediction,
        "commands": {
            name: RunDirectory(job.out / name).record().get("command") for name in ("by-group", "per-image")
        },
    }
