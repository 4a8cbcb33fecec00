"""Figures of one part, or of other people's images, in; the page, with images and saliency maps, out."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.answers import EvaluatedPart, OtherImages
from lentigo.data.cache import open_cache
from lentigo.data.manifest import Manifest
from lentigo.data.split import PARTS, Split
from lentigo.evaluation.calibration.prior_shift import TRAIN
from lentigo.evaluation.class_map import coarse_name, equation_texts
from lentigo.evaluation.predictions import Predictions
from lentigo.report.pages.page import PartFacts, ReportInput, Sample, write_report
from lentigo.settings.members import is_several, recipe_of
from lentigo.settings.run import RunDirectory

Json = dict[str, Any]

SAMPLES_A_CLASS = 3
WORST_ERRORS = 12


def report_part(
    run: RunDirectory, manifest: Manifest, split: Split, predictions: Predictions, evaluation: Json
) -> None:
    """Write the run's report of one evaluated part."""
    examples = _examples(run, manifest, predictions, predictions.probabilities.argmax(axis=1))
    report = ReportInput(
        **_about(run, evaluation),
        **examples,
        parts=[_part_facts(manifest, split, part) for part in PARTS],
        groups_on_two_sides=groups_on_two_sides(split),
        commands=_commands(run, evaluation["part"]),
    )
    write_report(run.report_file, report)


def report_others(part: EvaluatedPart, others: OtherImages, evaluation: Json, path: Path) -> None:
    """Write the report of a run on other people's images; `evaluation` says how many `shared_groups`."""
    theirs, equations = others.manifest, equation_texts(others.class_map)
    counts = Counter(theirs.table["class"].tolist())
    facts = PartFacts(part.context.part, len(part.rows), len(np.unique(part.groups)), counts)
    told = {"Other people's images": str(theirs.path)}
    asked = [f"--map {shlex.quote(one.replace(' ', ''))}" for one in equations]
    asked += [] if part.prior == TRAIN else [f"--prior {part.prior}"]
    command = shlex.join(["lentigo", "evaluate", str(part.run.path), "--manifest", str(theirs.path)])
    report = ReportInput(
        **_about(part.run, evaluation),
        **_examples(part.run, theirs, part.predictions, _shown_classes(part, others)),
        parts=[_part_facts(part.manifest, part.split, "train"), facts],
        groups_on_two_sides=evaluation["shared_groups"],
        commands=[part.run.record()["command"], " ".join([command, *asked])],
        subtitle={**told, "Classes": "; ".join(equations)} if equations else told,
    )
    write_report(path, report)


def _about(run: RunDirectory, evaluation: Json) -> Json:
    """What a report says of the run itself, as arguments of `ReportInput`."""
    return {
        "record": run.record(),
        "recipe_text": recipe_text(run),
        "history": run.history(),
        "evaluation": evaluation,
    }


def _examples(
    run: RunDirectory, manifest: Manifest, predictions: Predictions, explained: NDArray[np.int64]
) -> Json:
    """Samples of each class and the worst errors; `explained`: the network's class (N,) to show maps of."""
    shown = choose_samples(predictions, SAMPLES_A_CLASS)
    rows = np.concatenate([shown, worst_errors(predictions, WORST_ERRORS)])
    drawn = explain_rows(run, manifest, predictions.chosen(rows), explained[rows])
    return {"samples": drawn[: len(shown)], "errors": drawn[len(shown) :]}


def _shown_classes(part: EvaluatedPart, others: OtherImages) -> NDArray[np.int64]:
    """Of each image the network's class that the answer is, or is mostly made of, (N,)."""
    answered = np.array(part.predictions.class_names)[part.predictions.probabilities.argmax(axis=1)]
    coarse = np.array([coarse_name(name, others.class_map) for name in part.run.record()["class_names"]])
    belongs = answered[:, np.newaxis] == coarse[np.newaxis, :]
    return np.asarray(np.where(belongs, others.fine, -1.0).argmax(axis=1), dtype=np.int64)


def recipe_text(run: RunDirectory) -> str:
    """The resolved recipe; of several runs, who they are and what each counts for."""
    if not is_several(run):
        return run.recipe_file.read_text(encoding="utf-8")
    record = run.record()
    lines = [f"{entry['weight']:.3f}  {entry['name']}  {entry['path']}" for entry in record["members"]]
    return "\n".join([f"{record['mean']} mean of {len(lines)} runs, by weight:", *lines])


def _commands(run: RunDirectory, part: str) -> list[str]:
    """What gives this page again; out-of-fold answers come with the cross-validation itself."""
    asked = [f"lentigo evaluate {run.path} --part {part}"] if part in PARTS else []
    return [run.record()["command"], *asked]


def choose_samples(predictions: Predictions, per_class: int) -> NDArray[np.int64]:
    """Rows to show: of each class the first images, one a confidence level from sure to unsure."""
    truth = predictions.truth_indices()
    own = predictions.probabilities[np.arange(len(truth)), truth]
    chosen: list[int] = []
    for index in range(len(predictions.class_names)):
        rows = np.flatnonzero(truth == index)
        ordered = rows[np.argsort(-own[rows], kind="stable")]
        places = np.unique(np.linspace(0, len(ordered) - 1, min(per_class, len(ordered))).round().astype(int))
        chosen.extend(ordered[places].tolist() if len(ordered) else [])
    return np.array(chosen, dtype=np.int64)


def worst_errors(predictions: Predictions, count: int) -> NDArray[np.int64]:
    """Rows of wrong answers, the most confident first."""
    truth, probabilities = predictions.truth_indices(), predictions.probabilities
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != truth)
    return wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:count]


def explain_rows(
    run: RunDirectory, manifest: Manifest, predictions: Predictions, explained: NDArray[np.int64]
) -> list[Sample]:
    """Images of predictions (N) with the saliency map of a network's class (N,); several runs have none."""
    if len(explained) == 0:
        return []
    cache = open_cache(manifest, recipe_of(run).input)
    images = np.stack([cache.images[cache.row_of[image_id]] for image_id in predictions.image_ids])
    maps = [None] * len(images) if is_several(run) else _maps(run, images, explained)
    predicted = predictions.probabilities.argmax(axis=1)
    return [
        Sample(
            image_id=str(predictions.image_ids[row]),
            image=images[row],
            saliency=maps[row],
            truth=str(predictions.truth[row]),
            predicted=predictions.class_names[predicted[row]],
            probability=float(predictions.probabilities[row].max()),
        )
        for row in range(len(images))
    ]


def _maps(
    run: RunDirectory, images: NDArray[np.uint8], explained: NDArray[np.int64]
) -> Sequence[NDArray[np.float32]]:
    from lentigo.explanation.gradcam import grad_cam
    from lentigo.training.inference import load_network

    return list(grad_cam(load_network(run), images, explained))


def groups_on_two_sides(split: Split) -> int:
    """How many groups have images in more than one part, counted from the table itself."""
    return int((split.table.groupby("group")["part"].nunique() > 1).sum())


def _part_facts(manifest: Manifest, split: Split, part: str) -> PartFacts:
    rows = split.rows(manifest, part)
    counts = manifest.table["class"].iloc[rows].value_counts()
    groups = split.table.loc[split.table["part"] == part, "group"].nunique()
    return PartFacts(
        part, len(rows), int(groups), {name: int(counts.get(name, 0)) for name in manifest.class_names}
    )
