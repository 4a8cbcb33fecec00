"""An evaluated part in; what the data betray without the lesion, and what the network makes of that, out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.baselines import stored_features
from lentigo.api.answers.answers import EvaluatedPart
from lentigo.api.measures.subgroup_figures import answers_of
from lentigo.data.cache import PixelCache, open_cache
from lentigo.data.images.views import VIEWS_OF
from lentigo.data.taxonomy import targets
from lentigo.evaluation.baselines import feature_probe, linear_answers, metadata_only
from lentigo.evaluation.intervals.bootstrap import metric_interval, paired_difference
from lentigo.evaluation.intervals.sample import Groups, Sample
from lentigo.evaluation.metrics import Floats, Ints
from lentigo.evaluation.probes import (
    border_only,
    border_statistics,
    centre_only,
    leave_one_out,
    origin_answers,
)
from lentigo.settings.errors import ModelError
from lentigo.settings.members import is_several

Json = dict[str, Any]
FEWEST = 20
"""Images of a source below which leaving it out says nothing."""


def measure_shortcuts(part: EvaluatedPart) -> Json | None:
    """Figures of three kinds; None for a brief evaluation, for several networks, and for others' images.

    Returns:
        `probes`: what a linear classifier reaches from metadata, from the origin, and from the border;
        `network`: what the trained network itself reaches on the border alone and without it;
        `sources`: for each source, a linear classifier on fixed features trained with and without it.
    """
    if part.is_brief or is_several(part.run) or part.others is not None:
        return None
    whole = answers_of(part).full
    return {
        "chance": 1 / len(np.unique(whole.truth)),
        "model": _balanced(whole, part),
        "probes": _probes(part, whole),
        "network": _network(part, whole),
        "sources": _sources(part),
    }


def _balanced(sample: Sample, part: EvaluatedPart) -> Json:
    return metric_interval(sample, "balanced_accuracy", part.context.resampling).as_json()


def _probes(part: EvaluatedPart, whole: Sample) -> Json:
    manifest, cache = part.manifest, _pixels(part)
    labels, names = targets(manifest.table["class"].tolist(), manifest.class_names, part.run.recipe().task)
    train, asked = part.split.rows(manifest, "train"), part.split.rows(manifest, part.context.part)
    known, table = manifest.table.iloc[train], manifest.table.iloc[asked]
    borders = [border_statistics(cache.images[row] for row in rows) for rows in (train, asked)]
    answers = {
        "metadata": metadata_only(known, labels[train], table, len(names)),
        "origin": origin_answers(known, labels[train], table, len(names)),
        "border": linear_answers(borders[0], labels[train], borders[1], len(names)),
    }
    return {name: _balanced(_answered(whole, found), part) for name, found in answers.items()}


def _network(part: EvaluatedPart, whole: Sample) -> Json:
    """The run's own answers on images of which a piece is painted over, and what that costs it."""
    from lentigo.training.inference import load_network, predict_images

    network, cache = load_network(part.run), _pixels(part)
    views = VIEWS_OF[part.run.recipe().prediction.views]
    rows = [cache.row_of[image_id] for image_id in part.predictions.image_ids]
    painters: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
        "border_only": border_only,
        "centre_only": centre_only,
    }
    found = {}
    for name, paint in painters.items():
        images: Iterable[NDArray[np.uint8]] = (paint(cache.images[row]) for row in rows)
        sample = _answered(whole, predict_images(network, images, views))
        change = paired_difference(sample, whole, "balanced_accuracy", part.context.resampling)
        found[name] = {"balanced_accuracy": _balanced(sample, part), "minus_whole": change.as_json()}
    return found


def _sources(part: EvaluatedPart) -> list[Json]:
    """Leave one source out: the fixed network's features, so that nothing has to be trained anew."""
    manifest = part.manifest
    try:
        features = stored_features(part.run.recipe().input, manifest)
    except ModelError:
        return []
    labels, _ = targets(manifest.table["class"].tolist(), manifest.class_names, part.run.recipe().task)
    sources = manifest.table["source"].fillna("").to_numpy(dtype=object)
    train, asked = part.split.rows(manifest, "train"), part.split.rows(manifest, part.context.part)
    found = []
    for one in leave_one_out(sources[train], sources[asked], seed=0):
        within, without = train[one.within], train[one.without]
        is_known = np.isin(labels[asked[one.asked]], np.intersect1d(labels[within], labels[without]))
        rows = one.asked[is_known]
        if len(rows) >= FEWEST and len(np.unique(labels[asked[rows]])) > 1:
            row = _without_one_source(
                part, (features, labels), (within, without, asked[rows]), part.groups[rows]
            )
            found.append({"source": one.source, **row})
    return found


def _without_one_source(
    part: EvaluatedPart,
    data: tuple[NDArray[np.float32], Ints],
    rows: tuple[Ints, Ints, Ints],
    groups: NDArray[Any],
) -> Json:
    """Both answers on one source's images, over the classes that both trainings know."""
    (features, labels), (within, without, asked) = data, rows
    num_classes = int(labels.max()) + 1
    samples = [
        Sample(
            labels[asked],
            feature_probe(features[known], labels[known], features[asked], num_classes),
            Groups.of(groups),
        )
        for known in (within, without)
    ]
    return {
        "n": len(asked),
        "classes": len(np.unique(labels[asked])),
        "with_it": _balanced(samples[0], part),
        "without_it": _balanced(samples[1], part),
        "without_minus_with": paired_difference(
            samples[1], samples[0], "balanced_accuracy", part.context.resampling
        ).as_json(),
    }


def _answered(whole: Sample, answers: Floats) -> Sample:
    return Sample(whole.truth, answers, whole.groups)


def _pixels(part: EvaluatedPart) -> PixelCache:
    return open_cache(part.manifest, part.run.recipe().input)
