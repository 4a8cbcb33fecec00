"""A recipe and a manifest in; every image outside test answered by a network that has not learnt it, out.

    OUT/fold-0/ ...        one ordinary run each: the fold is its validation, the others are its training part
    OUT/split.csv          the folds; the test part is kept aside, and no fold ever sees it
    OUT/predictions.csv    out-of-fold answers, with the fold of each
    OUT/evaluation.json    their figures with intervals by group, and each fold's own
    OUT/report.html        the usual report; crossvalidation.html, .png and folds.csv tell of the folds

OUT is a run directory too: asked together, its folds answer by their mean, so that it can be compared, put
into an ensemble, asked for images, and evaluated on the test part on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lentigo.api.answers.leak_guard import has_leak
from lentigo.api.answers.runs.parts import answers_of, save_answers
from lentigo.api.answers.runs.source import RunSource
from lentigo.api.training_tasks import training_tasks
from lentigo.cluster.executor import Executor, LocalExecutor, run_all
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.split import Split, content_hash, load_split, make_split, save_split, with_folds
from lentigo.evaluation.ensembles.folds import fold_figures, spread
from lentigo.evaluation.predictions import Predictions
from lentigo.experiments.crossvalidating.crossvalidation_page import write_folds
from lentigo.experiments.held_out import evaluate_held_out
from lentigo.experiments.study.study import Watch
from lentigo.settings.errors import RunError, SettingsError, SplitError
from lentigo.settings.members import OUT_OF_FOLD, Member, member_entries
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory, command_line, now, versions

TEST_SHARE = 0.15
"""Kept aside where no split is given."""
DEFAULT_FOLDS = 5


@dataclass(frozen=True)
class CrossValidation:
    """What is trained, on which folds, and where."""

    recipe: Recipe
    manifest: Manifest
    split: Split
    """With folds; see `folds_of`."""
    out: Path

    def fold_path(self, fold: int) -> Path:
        """Where the run of a fold lies."""
        return self.out / f"fold-{fold}"


def folds_of(manifest: Manifest, split: Split | None = None, folds: int = 0, seed: int = 0) -> Split:
    """The split that a cross-validation works on.

    Args:
        manifest: the images.
        split: whose test part is kept aside; its folds are used where it has some, and dealt otherwise.
            Without one, `TEST_SHARE` of the images is kept aside.
        folds: how many; 0: as many as the split has, or `DEFAULT_FOLDS`.
        seed: of what is dealt.

    Raises:
        SplitError: the split has another number of folds, or a class has fewer groups than folds.
    """
    if split is None:
        return make_split(manifest, (1 - TEST_SHARE, 0, TEST_SHARE), seed, folds or DEFAULT_FOLDS)
    if split.num_folds and folds and split.num_folds != folds:
        raise SplitError(
            f"the split has {split.num_folds} folds, not {folds}; leave out --folds, or make a split with "
            f"`lentigo split --folds {folds}`"
        )
    return split if split.num_folds else with_folds(split, manifest, folds or DEFAULT_FOLDS, seed)


def open_job(
    recipe: Recipe,
    manifest: str | Path,
    split: str | Path | None,
    out: str | Path,
    dealt: tuple[int, int] = (0, 0),
) -> CrossValidation:
    """Read images and split, and deal the folds; `dealt` says how many and by which seed."""
    images = load_manifest(Path(manifest).resolve())
    folds = folds_of(images, load_split(split) if split else None, *dealt)
    return CrossValidation(recipe, images, folds, Path(out))


def run_folds(
    job: CrossValidation, folds: Sequence[int], watch: Watch | None = None, executor: Executor | None = None
) -> list[RunDirectory]:
    """Train folds into their run directories; finished ones are left alone, stopped ones go on.

    Folds need nothing of each other: they may be run by several processes or machines.
    """
    seen, where = watch or Watch(), executor or LocalExecutor()
    open_folds(job)
    make = training_tasks(where, job.manifest, seen.progress)
    tasks = [
        make(
            f"fold {fold} of {job.split.num_folds}",
            job.recipe,
            job.split.for_fold(fold),
            job.fold_path(fold),
        )
        for fold in folds
    ]
    run_all(where, tasks, seen.say)
    return [RunDirectory(job.fold_path(fold)) for fold in folds]


def cross_validate(
    job: CrossValidation,
    watch: Watch | None = None,
    allow_leak: bool = False,
    executor: Executor | None = None,
) -> dict[str, Any]:
    """Train every fold that is not finished, and evaluate the out-of-fold answers.

    Args:
        job: recipe, images, folds and place.
        watch: told what happens.
        allow_leak: go on although a fold knows an image that it answers; stamps LEAKED.
        executor: where the folds are trained; by default here, one after the other.

    Returns:
        The entry `out-of-fold` of `evaluation.json`, with `folds` (each fold's figures) and `spread`.

    Raises:
        LeakError: an image is known to a fold that answers it, by links found since the split was made.
        InUseError: another command works in `out`.
        RunError: `out` holds another cross-validation.
    """
    seen = watch or Watch()
    leaked = has_leak(job.manifest, job.split, OUT_OF_FOLD, allow_leak)
    if chooses_by_validation(job.recipe):
        seen.say(
            "the recipe chooses its epoch by the very images that a fold is judged on, which flatters the "
            "figures a little; --set training.keep=last (and no early stopping) does not"
        )
    with open_folds(job).locked():
        runs = run_folds(job, range(job.split.num_folds), seen, executor)
        return collect(job, runs, leaked)


def chooses_by_validation(recipe: Recipe) -> bool:
    """Whether a training looks at its validation part, so that figures on it are a little too good."""
    return recipe.training.keep == "best" or any(
        stage.early_stopping or stage.reduce_lr_on_plateau for stage in recipe.stages
    )


def open_folds(job: CrossValidation) -> RunDirectory:
    """Save the folds, once.

    Raises:
        RunError: the folder holds a cross-validation on other folds, or something else.
        SettingsError: the recipe is one of a search.
    """
    if job.recipe.search:
        raise SettingsError(f"{job.recipe.name} is a recipe for a search; take out its table [search]")
    directory, folds = RunDirectory(job.out), joint_split(job.split)
    place = directory.split_file
    if place.is_file() and load_split(place).hash == folds.hash:
        return directory
    if directory.path.is_dir() and any(not item.name.startswith(".tmp-") for item in job.out.iterdir()):
        raise RunError(
            f"{job.out} holds something else, or a cross-validation on other folds; give another folder"
        )
    save_split(place, folds)
    return directory


def joint_split(split: Split) -> Split:
    """The split of all folds as one: together they have learnt every image outside test."""
    parts = np.where(split.table["part"] == "test", "test", "train")
    table = split.table.assign(part=parts.astype(object))
    facts = {**split.facts, "split_hash": split.origin}
    return Split(table, content_hash(table), facts)


def collect(job: CrossValidation, runs: Sequence[RunDirectory], leaked: bool = False) -> dict[str, Any]:
    """Put the answers of finished folds together, evaluate them and write everything into the folder."""
    directory = open_folds(job)
    directory.update_record(**_record(job, directory, runs))
    predictions = out_of_fold(job, runs)
    save_answers(directory, OUT_OF_FOLD, predictions)
    source = RunSource(directory, job.manifest, joint_split(job.split))
    answers = source.answers(predictions, OUT_OF_FOLD, leaked)
    rows = fold_figures(predictions, answers.groups, source.malignant)
    result = evaluate_held_out(directory, answers, {"folds": rows, "spread": spread(rows)})
    write_folds(directory, result)
    return result


def out_of_fold(job: CrossValidation, runs: Sequence[RunDirectory]) -> Predictions:
    """What each fold says of its own validation images, all folds together in manifest order."""
    found = [
        answers_of(run, job.manifest, job.split.for_fold(fold), "validation") for fold, run in enumerate(runs)
    ]
    names = ("image_ids", "part", "fold", "truth", "probabilities")
    joined = {name: np.concatenate([getattr(one, name) for one in found]) for name in names}
    place = {image_id: row for row, image_id in enumerate(job.manifest.table["image_id"])}
    order = np.argsort([place[image_id] for image_id in joined["image_ids"].tolist()], kind="stable")
    whole = Predictions(**joined, class_names=found[0].class_names).chosen(order)
    return replace(whole, part=np.array(OUT_OF_FOLD, dtype=object))


def _record(job: CrossValidation, directory: RunDirectory, runs: Sequence[RunDirectory]) -> dict[str, Any]:
    """What `run.json` says: as that of a run, with members in place of weights."""
    first, folds = runs[0].record(), joint_split(job.split)
    members = [Member(run, 1 / len(runs)) for run in runs]
    seconds = [run.record()["seconds"] for run in runs]
    return {
        "name": f"{job.recipe.name}, {len(runs)} folds",
        "command": command_line(),
        "started": first["started"],
        "finished": now(),
        "seconds": round(sum(seconds), 1),
        "status": "finished",
        "versions": versions(),
        "seed": job.recipe.training.seed,
        "manifest": first["manifest"],
        "split": {"hash": folds.hash},
        "class_names": first["class_names"],
        "malignant": first["malignant"],
        "image_counts": {part: len(folds.rows(job.manifest, part)) for part in ("train", "test")},
        "held_out": OUT_OF_FOLD,
        "mean": "arithmetic",
        "members": member_entries(directory, members),
    }
