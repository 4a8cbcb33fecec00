"""Answers in; what the data betray without the lesion, and what the network makes of that, out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.baselines import stored_features
from lentigo.api.answers.source import Asker, Images, Learnt, Pixels
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

Json = dict[str, Any]
Features = NDArray[np.float32]
FEWEST = 20
"""Images of a source below which leaving it out says nothing."""


def measure_shortcuts(answers: Answers) -> Json | None:
    """Figures of three kinds; None for a brief evaluation, without one network, and for others' images.

    Returns:
        `probes`: what a linear classifier reaches from metadata, from the origin, and from the border;
        `network`: what the trained network itself reaches on the border alone and without it;
        `sources`: for each source, a linear classifier on fixed features trained with and without it.
    """
    if answers.asked.is_brief:
        return None
    learnt, images = answers.source.learnt(), answers.images
    if learnt is None or images is None or images.manifest is not learnt.images.manifest:
        return None
    ask = answers.source.asker(images)
    if ask is None:
        return None
    return {
        "chance": 1 / len(np.unique(answers.sample.truth)),
        "model": _balanced(answers.sample, answers),
        "probes": _probes(answers, learnt, images),
        "network": _network(answers, images, ask),
        "sources": _sources(answers, learnt, images),
    }


def _balanced(sample: Sample, answers: Answers) -> Json:
    return metric_interval(sample, "balanced_accuracy", answers.context.resampling).as_json()


def _probes(answers: Answers, learnt: Learnt, images: Images) -> Json:
    known, table, num_classes = learnt.images.table, images.table, len(learnt.class_names)
    borders = [border_statistics(one.pixels()) for one in (learnt.images, images)]
    found = {
        "metadata": metadata_only(known, learnt.labels, table, num_classes),
        "origin": origin_answers(known, learnt.labels, table, num_classes),
        "border": linear_answers(borders[0], learnt.labels, borders[1], num_classes),
    }
    return {name: _balanced(_answered(answers.sample, one), answers) for name, one in found.items()}


def _network(answers: Answers, images: Images, ask: Asker) -> Json:
    """Its own answers on images of which a piece is painted over, and what that costs it."""
    painters: dict[str, Callable[[Pixels], Pixels]] = {"border_only": border_only, "centre_only": centre_only}
    whole, found = answers.sample, {}
    for name, paint in painters.items():
        painted: Iterable[Pixels] = map(paint, images.pixels())
        sample = _answered(whole, ask(painted))
        change = paired_difference(sample, whole, "balanced_accuracy", answers.context.resampling)
        found[name] = {"balanced_accuracy": _balanced(sample, answers), "minus_whole": change.as_json()}
    return found


def _sources(answers: Answers, learnt: Learnt, images: Images) -> list[Json]:
    """Leave one source out: the fixed network's features, so that nothing has to be trained anew."""
    try:
        features = stored_features(images.input, images.manifest)
    except ModelError:
        return []
    truth, given = answers.sample.truth, (features[learnt.images.rows], features[images.rows])
    known, asked = (one.table["source"].fillna("").to_numpy(dtype=object) for one in (learnt.images, images))
    found = []
    for one in leave_one_out(known, asked, seed=0):
        shared = np.intersect1d(learnt.labels[one.within], learnt.labels[one.without])
        places = one.asked[np.isin(truth[one.asked], shared)]
        if len(places) >= FEWEST and len(np.unique(truth[places])) > 1:
            row = _without_one_source(answers, learnt, given, (one.within, one.without, places))
            found.append({"source": one.source, **row})
    return found


def _without_one_source(
    answers: Answers, learnt: Learnt, features: tuple[Features, Features], places: tuple[Ints, Ints, Ints]
) -> Json:
    """Both answers on one source's images, over the classes that both trainings know.

    Args:
        answers: all of them.
        learnt: the images learnt from.
        features: of those (M, D), and of the images answered (N, D).
        places: training images of all sources, those of the other sources, and the images asked.
    """
    *trainings, asked = places
    known, theirs = features[0], features[1][asked]
    whole, groups = answers.sample, Groups.of(answers.groups[asked])
    samples = [
        Sample(
            whole.truth[asked],
            feature_probe(known[rows], learnt.labels[rows], theirs, len(learnt.class_names)),
            groups,
        )
        for rows in trainings
    ]
    return {
        "n": len(asked),
        "classes": len(np.unique(whole.truth[asked])),
        "with_it": _balanced(samples[0], answers),
        "without_it": _balanced(samples[1], answers),
        "without_minus_with": paired_difference(
            samples[1], samples[0], "balanced_accuracy", answers.context.resampling
        ).as_json(),
    }


def _answered(whole: Sample, answers: Floats) -> Sample:
    return Sample(whole.truth, answers, whole.groups)
