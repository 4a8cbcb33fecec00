"""A run and a part of its split, or a folder of images, in; a checked submission file out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lentigo.api.answers.runs.abstaining import network_outputs, represent_stream, stored_abstaining
from lentigo.api.answers.runs.opening import open_data
from lentigo.api.bundling.beside import encodings_of
from lentigo.api.bundling.prediction import image_files, predict, read_image
from lentigo.api.challenges.lesion_files import lesion_files
from lentigo.api.challenges.pair_answers import answer_pairs, pair_pixels
from lentigo.evaluation.abstaining.rule import Unknown
from lentigo.evaluation.abstaining.unknown_scores import SCORES, Output, Outputs
from lentigo.evaluation.class_map import ClassMap, coarse_probabilities
from lentigo.evaluation.isic.challenges import CHALLENGES, Challenge
from lentigo.evaluation.isic.tables import write_submission
from lentigo.evaluation.lesions import answers_by_lesion
from lentigo.evaluation.metrics import Floats
from lentigo.settings.errors import DataError, SettingsError, several
from lentigo.settings.members import is_several, recipe_of
from lentigo.settings.run import NOTICE, RunDirectory

UNK = "UNK"
"""The column of 2019 for images of no class that the training images have."""
UNKNOWN_FROM = 0.5
"""The official scorer counts a category as answered above it."""
AKIEC = {"AKIEC": ("AK", "SCC")}
"""What 2018 counts as one class; see `data.taxonomy`."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Answered:
    """N images, or lesions, and what a run says of them."""

    image_ids: list[str]
    probabilities: Floats
    """(N, K) as the network gives them: calibrated or not, the answer to be scored is the network's."""
    outputs: Callable[[Sequence[Output]], Outputs]
    """What the score of unknown images reads of the same images."""


def submit(  # noqa: PLR0913 - options of one verb
    run: RunDirectory | str | Path,
    out: str | Path,
    *,
    part: str = "test",
    images: str | Path | None = None,
    challenge: str = "2019",
    manifest: str | Path | None = None,
    with_unknown: bool = True,
    metadata: str | Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Answer images and write a submission by the official rules; nothing is compared with truth here.

    Args:
        run: a finished run.
        out: the CSV to write.
        part: of the run's split, unless `images` is given.
        images: a folder of files, each named by its image's id.
        challenge: `2019`; `2018`, for which AK and SCC are added up; or `milk10k`, where a lesion is
            answered by the mean of what its photographs get.
        manifest: where the run's manifest is now, if it has moved.
        with_unknown: fill UNK by the run's score for unknown images, where it has one.
        metadata: with `images`, a table of their age, sex and site, for a run that takes them; for `milk10k`
            of their lesions and views too.
        progress: called with (done, total) files.

    Returns:
        How many images, the categories, those without a class, and `unknown`: how UNK was filled, or why not.

    Raises:
        DataError: the run's classes are not those of the challenge, or an image cannot be used.
        SettingsError: metadata are given of a part, or to a run of images alone.
    """
    _check_metadata(metadata, images)
    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    _class_map(tuple(opened.record()["class_names"]), challenge)  # refused before anything is answered
    is_by_lesion = CHALLENGES[challenge].noun == "lesion"
    if images is None:
        found = _answers_of_part(opened, part, manifest, is_by_lesion)
    else:
        asked = _answers_of_lesions if is_by_lesion else _answers_of_images
        found = asked(opened, Path(images), metadata, progress)
    written = _write(opened, found, Path(out), challenge, with_unknown)
    return {"notice": NOTICE, "submission": str(out), "source": str(images or part), **written}


def _write(
    run: RunDirectory, found: Answered, out: Path, challenge: str, with_unknown: bool
) -> dict[str, Any]:
    """Bring answers into the columns of a challenge and write them; what was written is told."""
    asked, names = CHALLENGES[challenge], tuple(run.record()["class_names"])
    categories = asked.categories
    answers, unanswered = arrange(found.probabilities, names, categories, _class_map(names, challenge))
    unknown = None
    if UNK in unanswered:
        answers, unknown = _with_unknown(run, found, answers, with_unknown)
    write_submission(out, found.image_ids, answers, asked)
    counts = {"n_images": len(answers), "categories": list(categories), "never_answered": unanswered}
    told = {"answered": asked.noun, **_counted_yes(answers, asked)}
    return {"challenge": challenge, **told, **counts, "unknown": unknown}


def _counted_yes(answers: Floats, challenge: Challenge) -> dict[str, int]:
    """Where a yes is counted from 0.5 on: how many answers (N, K) have none, one and several."""
    if not challenge.is_yes_from_half:
        return {}
    yes = (answers >= UNKNOWN_FROM).sum(axis=1)
    return {"n_without_yes": int((yes == 0).sum()), "n_several_yes": int((yes > 1).sum())}


def _check_metadata(metadata: str | Path | None, images: str | Path | None) -> None:
    """Refuse a table for a part of the run's own images."""
    if metadata is not None and images is None:
        raise SettingsError("--metadata tells of --images; what is known of a part is in the manifest")


def arrange(
    found: Floats, names: Sequence[str], categories: Sequence[str], class_map: ClassMap
) -> tuple[Floats, list[str]]:
    """Bring probabilities (N, K) into the columns of a challenge; categories without a class are 0.0."""
    summed, coarse = coarse_probabilities(found, names, class_map)
    answers = np.zeros((len(found), len(categories)))
    for place, category in enumerate(categories):
        if category in coarse:
            answers[:, place] = np.clip(summed[:, coarse.index(category)], 0.0, 1.0)
    return answers, [category for category in categories if category not in coarse]


def _class_map(names: Sequence[str], challenge: str) -> ClassMap:
    """How a run's classes become those of the challenge; stops where they do not."""
    class_map = AKIEC if challenge == "2018" and "AKIEC" not in names else {}
    categories, parts = (
        CHALLENGES[challenge].categories,
        {part for finer in class_map.values() for part in finer},
    )
    strangers = [name for name in names if name not in categories and name not in parts]
    if strangers:
        raise DataError(
            f"the run's classes {', '.join(strangers)} are none of the challenge's "
            f"({', '.join(categories)}); submit a run trained on those with `task.classes = all`"
        )
    return class_map


def _with_unknown(
    run: RunDirectory, found: Answered, answers: Floats, is_asked: bool
) -> tuple[Floats, dict[str, Any]]:
    """Give UNK its share of each answer (N, C), in the columns of 2019; else say why not."""
    abstaining = stored_abstaining(run)
    unknown = None if abstaining is None else abstaining.unknown
    reason = _why_not(run, unknown) if is_asked else "--no-unknown"
    if reason or unknown is None:
        return answers, {"score": None, "reason": reason, "n_images": 0}
    share = unknown.outlier_share(unknown.judge(found.outputs(unknown.outputs)), found.probabilities.shape[1])
    filled = answers * (1 - share[:, np.newaxis])
    filled[:, CHALLENGES["2019"].categories.index(UNK)] = share
    told = {"score": unknown.score, "title": SCORES[unknown.score].title, "false_alarm": unknown.false_alarm}
    return filled, {**told, "reason": "", "n_images": int((share > UNKNOWN_FROM).sum())}


def _why_not(run: RunDirectory, unknown: Unknown | None) -> str:
    """Why a run cannot tell unknown images; empty where it can."""
    if is_several(run):
        return "several runs that answer as one have no score for unknown images"
    if unknown is None:
        return f"the run has no score for unknown images yet; `lentigo evaluate {run.path}` fits it"
    if not np.isfinite(unknown.threshold):
        return "validation has too few groups to tell from which score on an image is unknown"
    return ""


def _answers_of_images(
    run: RunDirectory, images: Path, metadata: str | Path | None, progress: Progress | None
) -> Answered:
    """Every image of a folder."""
    rows = predict(run, [images], progress, is_calibrated=False, metadata=metadata)
    return _answers_of_files(run, list(rows))


def _answers_of_lesions(
    run: RunDirectory, images: Path, metadata: str | Path | None, progress: Progress | None
) -> Answered:
    """The mean over the photographs of each lesion; stops where a file cannot be used."""
    view, told = recipe_of(run).input.view, metadata if encodings_of(run) else None
    chosen = lesion_files(image_files([images]), metadata, view)
    if view == "pair":
        lesions, found, pairs = answer_pairs(run, chosen, told, progress)
        size = run.recipe().input
        return Answered(
            lesions,
            found,
            lambda output: represent_stream(run, (pair_pixels(pair, size) for pair in pairs), output),
        )
    rows = predict(run, chosen.files, progress, is_calibrated=False, metadata=told)
    return _by_lesion(_answers_of_files(run, list(rows)), chosen.lesion_ids)


def _by_lesion(found: Answered, lesion_ids: Sequence[str]) -> Answered:
    """Answers to images (N, K) as answers to their lesions (N,)."""
    answers = answers_by_lesion(lesion_ids, found.probabilities)
    return replace(found, image_ids=list(answers.lesion_ids), probabilities=answers.probabilities)


def _answers_of_part(
    run: RunDirectory, part: str, manifest: str | Path | None, is_by_lesion: bool
) -> Answered:
    from lentigo.training.inference import predict_part

    opened, split = open_data(run, manifest)
    predictions = predict_part(run, opened, split, part)
    if not len(predictions.image_ids):
        raise DataError(f"the part {part} of this split has no images")
    place = {image_id: row for row, image_id in enumerate(opened.table["image_id"])}
    rows = np.array([place[image_id] for image_id in predictions.image_ids])
    found = Answered(
        [str(image_id) for image_id in predictions.image_ids],
        predictions.probabilities,
        lambda outputs: network_outputs(run, opened, rows, outputs),
    )
    if not is_by_lesion:
        return found
    lesions = opened.table["lesion_id"].iloc[rows].tolist()
    if "" in lesions:
        raise DataError(
            f"{lesions.count('')} images of the part {part} have no lesion_id in the manifest; this "
            "challenge answers lesions"
        )
    return _by_lesion(found, lesions)


def _answers_of_files(run: RunDirectory, rows: list[dict[str, Any]]) -> Answered:
    """Stops where a file cannot be used: a submission has to answer every image."""
    bad = [f"{row['image']}: {row['error']}" for row in rows if row["error"]]
    if bad:
        raise DataError(several("a submission answers every image; these cannot be used:", bad))
    names, files = run.record()["class_names"], [Path(row["image"]) for row in rows]
    return Answered(
        [path.stem for path in files],
        np.array([[row[name] for name in names] for row in rows], dtype=np.float64),
        lambda outputs: represent_stream(
            run, (read_image(path, run.recipe().input) for path in files), outputs
        ),
    )
