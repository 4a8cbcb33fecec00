"""Several runs, or several cross-validations, in; one that answers by their weighted mean out.

Weights are chosen on answers to images that no member has learnt: validation answers of runs on one split, or
out-of-fold answers of cross-validations; never on test. The figures are of each image answered with weights
that were chosen without its group, so that choosing does not flatter them.

    OUT/run.json           a run directory too: `members` with their weights, in place of a network
    OUT/predictions.csv    those answers; OUT/evaluation.json, OUT/report.html their figures
    OUT/ensemble.json      weights, members' own figures, difference to the best of them; ensemble.html, .png
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.runs.parts import save_answers
from lentigo.api.answers.runs.source import RunSource, open_run
from lentigo.data.apportionment import deal
from lentigo.data.split import save_split
from lentigo.evaluation.ensembles.combination import combine
from lentigo.evaluation.ensembles.member_weights import (
    choose_weights,
    chooser_named,
    class_log_loss,
    cross_fitted,
    weights_without,
)
from lentigo.evaluation.intervals.bootstrap import metric_interval
from lentigo.evaluation.intervals.sample import Sample
from lentigo.evaluation.metrics import Floats, Ints, balanced_accuracy
from lentigo.experiments.comparing.comparing import compare_answers
from lentigo.experiments.ensembling.ensemble_page import write_ensemble
from lentigo.experiments.held_out import check_alike, evaluate_held_out, hold_out
from lentigo.settings.errors import RunError
from lentigo.settings.members import (
    OUT_OF_FOLD,
    Mean,
    Member,
    hash_of_members,
    is_cross_validated,
    is_several,
    member_entries,
)
from lentigo.settings.run import NOTICE, RunDirectory, command_line, now, versions

SCHEMA_VERSION = 1
WEIGHT_PARTS = 5
"""Into so many the validation groups are dealt, so that each gets weights that the others choose."""


@dataclass(frozen=True)
class EnsembleOptions:
    """How members are put together."""

    method: str = "log-loss"
    """A key of `evaluation.member_weights.METHODS`."""
    mean: Mean = "arithmetic"
    manifest: Path | None = None
    """Where the manifest is now, if it has moved."""
    allow_leak: bool = False


@dataclass(frozen=True)
class ChosenMean:
    """Members' answers, the weights of their mean, and the answers of that."""

    sources: Sequence[RunSource]
    held: Sequence[Answers]
    """What each of them says."""
    weights: Floats
    """(M,), chosen on all images."""
    weights_by_part: Floats
    """(P, M), chosen without each part's."""
    answers: Floats
    """(N, K), each image with the weights of its part."""
    in_sample: float
    """Balanced accuracy with the weights chosen on the same images: too good."""


def ensemble(
    members: Sequence[str | Path], out: str | Path, options: EnsembleOptions | None = None
) -> dict[str, Any]:
    """Put runs together into one directory.

    Args:
        members: two or more finished runs on one split, or cross-validations on the same folds.
        out: the ensemble's directory; the same call again leaves it as it is.
        options: see `EnsembleOptions`.

    Returns:
        As `ensemble.json`.

    Raises:
        RunError: members differ in images, split or classes, or `out` holds something else.
        LeakError: an image of the part was learnt by a member.
        DataError: there is no such method; the message names those there are.
    """
    used = options or EnsembleOptions()
    chooser_named(used.method)  # what is misspelt is told before anything is computed
    opened = [open_run(path, used.manifest) for path in members]
    part = _check_members(opened)
    chosen = choose_mean(opened, [hold_out(one, part, used.allow_leak) for one in opened], used)
    directory = RunDirectory(out)
    _put_together(directory, chosen, part, used)
    whole = _whole(directory, chosen)
    save_answers(directory, part, whole.predictions)
    evaluate_held_out(directory, whole)
    facts = ensemble_facts(whole, chosen, used)
    write_ensemble(directory.path, facts)
    return facts


def _check_members(opened: Sequence[RunSource]) -> str:
    """The part that weights are chosen on, if the members can be put together."""
    if len(opened) < 2:
        hint = (
            " (a cross-validation is an ensemble of its folds already: compare, predict and evaluate take it)"
            if opened and is_cross_validated(opened[0].run)
            else ""
        )
        raise RunError(f"an ensemble needs two members or more{hint}")
    for one in opened:
        if is_several(one.run) and not _is_whole_cross_validation(one.run):
            raise RunError(f"{one.run.path} is an ensemble; give its members instead")
    part = opened[0].default_part()
    others = [one for one in opened if one.default_part() != part]
    if others:
        raise RunError(
            f"{opened[0].run.path} and {others[0].run.path} cannot be put together: one is cross-validated "
            "and the other is not"
        )
    check_alike(opened, part)
    torn = [one for one in opened if part == OUT_OF_FOLD and one.split.hash != opened[0].split.hash]
    if torn:
        raise RunError(f"{opened[0].run.path} and {torn[0].run.path} have other folds; use the same for all")
    return part


def _is_whole_cross_validation(run: RunDirectory) -> bool:
    return is_cross_validated(run) and "weights_by" not in run.record()


def choose_mean(
    sources: Sequence[RunSource], held: Sequence[Answers], options: EnsembleOptions
) -> ChosenMean:
    """Choose weights on all images, and for each part of them on the others."""
    part = held[0].context.part
    answers, truth = np.stack([one.sample.probabilities for one in held]), held[0].sample.truth
    parts = held[0].predictions.fold if part == OUT_OF_FOLD else weight_parts(held[0].sample)
    weights = choose_weights(answers, truth, options.method, options.mean)
    by_part = weights_without(answers, truth, parts, options.method, options.mean)
    fitted = cross_fitted(answers, by_part, parts, options.mean)
    whole = Sample(truth, combine(answers, weights, options.mean), held[0].sample.groups)
    return ChosenMean(sources, held, weights, by_part, fitted, float(balanced_accuracy(whole.confusion)))


def weight_parts(sample: Sample) -> Ints:
    """Deal the groups of a sample to `WEIGHT_PARTS` parts with even shares of every class, (N,).

    Raises:
        RunError: there are fewer than two groups.
    """
    num_parts = min(WEIGHT_PARTS, sample.groups.num_groups)
    if num_parts < 2:
        raise RunError("weights cannot be chosen on a single group; validate on more images")
    counts = np.zeros((sample.groups.num_groups, sample.num_classes))
    np.add.at(counts, (sample.groups.codes, sample.truth), 1)
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    dealt = np.empty(len(counts), dtype=np.int64)
    dealt[order] = deal(counts[order], [1 / num_parts] * num_parts)
    return np.asarray(np.unique(dealt, return_inverse=True)[1][sample.groups.codes], dtype=np.int64)


def _put_together(directory: RunDirectory, chosen: ChosenMean, part: str, options: EnsembleOptions) -> None:
    """Write what makes the folder a run directory; refuse one that holds something else."""
    first = chosen.sources[0]
    members = [Member(one.run, float(w)) for one, w in zip(chosen.sources, chosen.weights, strict=True)]
    record, before = _record(directory, members, first, (part, options)), directory.record()
    if before and (not is_several(directory) or hash_of_members(before) != hash_of_members(record)):
        raise RunError(f"{directory.path} holds another run or ensemble; give another folder, or delete it")
    save_split(directory.split_file, first.split, overwrite=True)
    directory.update_record(**record)


def _record(
    directory: RunDirectory, members: Sequence[Member], first: RunSource, about: tuple[str, EnsembleOptions]
) -> dict[str, Any]:
    """What `run.json` says: as that of a run, with members in place of weights."""
    part, options = about
    records = [member.run.record() for member in members]
    own = first.run.record()
    return {
        "name": " + ".join(record["name"] for record in records),
        "command": command_line(),
        "started": min(record["started"] for record in records),
        "finished": now(),
        "seconds": round(sum(record["seconds"] for record in records), 1),
        "status": "finished",
        "versions": versions(),
        **{name: own[name] for name in ("manifest", "split", "class_names", "malignant", "image_counts")},
        "held_out": part,
        "weights_by": options.method,
        "mean": options.mean,
        "members": member_entries(directory, members),
    }


def _whole(directory: RunDirectory, chosen: ChosenMean) -> Answers:
    """The ensemble's answers, each with weights chosen without the image's group."""
    first, known = chosen.sources[0], chosen.held[0]
    predictions = replace(known.predictions, probabilities=chosen.answers)
    source = RunSource(directory, first.manifest, first.split)
    return source.answers(predictions, known.context.part, any(one.context.leaked for one in chosen.held))


def ensemble_facts(whole: Answers, chosen: ChosenMean, options: EnsembleOptions) -> dict[str, Any]:
    """Everything that `ensemble.json` says."""
    members = [_member_facts(one, float(w)) for one, w in zip(chosen.held, chosen.weights, strict=True)]
    scores = [entry["balanced_accuracy"]["value"] for entry in members]
    best = int(np.argmax(scores))
    against = compare_answers(whole, chosen.held[best])
    return {
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "path": whole.source.named()["path"],
        **{name: against[name] for name in ("part", "n_images", "n_groups", "split_hash", "leaked")},
        "method": options.method,
        "mean": options.mean,
        "members": members,
        "weights_by_part": chosen.weights_by_part.tolist(),
        "balanced_accuracy": against["figures"]["balanced_accuracy"]["first"],
        "log_loss": class_log_loss(chosen.answers, whole.sample.truth),
        "in_sample_balanced_accuracy": chosen.in_sample,
        "best_member": best,
        "against_best": against,
    }


def _member_facts(held: Answers, weight: float) -> dict[str, Any]:
    return {
        **held.source.named(),
        "weight": weight,
        "balanced_accuracy": metric_interval(held.sample, "balanced_accuracy").as_json(),
        "log_loss": class_log_loss(held.sample.probabilities, held.sample.truth),
    }
