"""A bundle with another form of its run's network in; what is fitted on validation, fitted again, out.

An 8-bit network answers a little differently: a threshold fitted on the answers in float32 would no longer
keep what it promises. The kind of score for unknown images and its arrays stay the run's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.abstaining_fit import with_sets, with_threshold
from lentigo.api.answers.runs.fit import kept_rules
from lentigo.api.answers.runs.parts import groups_of
from lentigo.api.answers.runs.source import RunSource
from lentigo.api.answers.validation_fit import all_rules, fit_json, fit_validation
from lentigo.bundle.prediction import BATCH_SIZE, Bundle, judged_outputs, network_names
from lentigo.data.cache import open_cache
from lentigo.data.metadata.encoding import Known
from lentigo.evaluation.abstaining.rule import abstaining_json

NETWORK = "int8"
"""Said under `fitted_on`: whose answers they were."""


def refit(bundle: Bundle, source: RunSource) -> dict[str, Any]:
    """Fit calibration, operating points, prediction sets and the limit of the unknown on a bundle's answers.

    Args:
        bundle: the one in 8 bits, with what was fitted on the run's answers.
        source: the run it was made from.

    Returns:
        `calibration`, `operating_points` and `abstaining` of `bundle.json`; empty where validation has no
        images.
    """
    predictions = source.validation_predictions()
    if predictions is None or bundle.abstaining is None:
        return {}
    unknown, cache = bundle.abstaining.unknown, open_cache(source.manifest, source.run.recipe().input)
    extra = [] if unknown is None else network_names(unknown.outputs)
    rows = cache.rows(predictions.image_ids.tolist())
    outputs = _outputs(bundle, (cache.images, source.manifest.known()), rows, extra)
    predictions = replace(predictions, probabilities=outputs["probabilities"])
    fit = fit_validation(source.as_validation(predictions), all_rules(kept_rules(source.run)))
    if unknown is not None:
        read = judged_outputs(outputs, (cache.images[row] for row in rows), unknown.outputs)
        unknown = with_threshold(unknown, read, groups_of(source.split, predictions))
    fitted = with_sets(unknown, fit)
    abstaining = abstaining_json(replace(fitted, fitted_on=fitted.fitted_on | {"network": NETWORK}))
    return {**fit_json(fit, network=NETWORK), "abstaining": abstaining}


def _outputs(
    bundle: Bundle, given: tuple[NDArray[np.uint8], list[Known]], rows: NDArray[np.int64], extra: list[str]
) -> dict[str, NDArray[Any]]:
    """What the network makes of some images: probabilities (N, K) and others (N, ...), by name."""
    (images, known), encoding, found = given, bundle.facts.encoding, []
    for start in range(0, len(rows), BATCH_SIZE):
        chosen = rows[start : start + BATCH_SIZE]
        beside = None if encoding is None else encoding.encode([known[row] for row in chosen])
        found.append(bundle.outputs(images[chosen], extra, beside))
    return {name: np.concatenate([one[name] for one in found]) for name in found[0]}
