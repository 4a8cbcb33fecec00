"""An evaluated part in; the figures of its subgroups by sex, age, site, source and skin tone out."""

from __future__ import annotations

from typing import Any

from lentigo.api.answers.answers import EvaluatedPart
from lentigo.data.cache import open_cache
from lentigo.data.images.skin_tone import BANDS, skin_bands
from lentigo.evaluation.intervals.sample import Groups, Sample, malignant_sample
from lentigo.evaluation.subgroups import AGE_BANDS, UNKNOWN, Answers, age_bands, subgroup_figures
from lentigo.settings.members import recipe_of

TITLES = {
    "sex": "Sex",
    "age": "Age in years",
    "site": "Body site",
    "source": "Source of the images",
    "skin_tone": "Skin tone, estimated from the image",
}

ORDERS = {"age": [name for _, name in AGE_BANDS], "skin_tone": [name for name, _ in BANDS]}
"""Subgroups with an order of their own; the others stand by how many images they have."""


def measure_subgroups(part: EvaluatedPart) -> dict[str, Any] | None:
    """Figures of every subgroup, see `evaluation.subgroups`; None where nothing is known of the images."""
    table = part.images.table.set_index("image_id").loc[part.predictions.image_ids.tolist()]
    attributes = {
        "sex": table["sex"].tolist(),
        "age": age_bands(table["age_years"]),
        "site": table["site"].tolist(),
        "source": table["source"].tolist(),
        "skin_tone": skin_tones(part),
    }
    found = subgroup_figures(answers_of(part), attributes, part.context.resampling)
    for name, order in ORDERS.items():
        places = [*order, UNKNOWN]
        found["attributes"].get(name, []).sort(key=lambda row, places=places: places.index(row["name"]))
    return {**found, "titles": TITLES} if found["attributes"] else None


def skin_tones(part: EvaluatedPart) -> list[str]:
    """The band of skin tone estimated from each image, (N,); empty where too little skin can be seen."""
    cache = open_cache(part.images, recipe_of(part.run).input)
    return skin_bands(cache.images[cache.row_of[image_id]] for image_id in part.predictions.image_ids)


def answers_of(part: EvaluatedPart) -> Answers:
    """The part's answers, whole and folded into benign and malignant."""
    predictions = part.predictions
    full = Sample(predictions.truth_indices(), predictions.probabilities, Groups.of(part.groups))
    return Answers(full, malignant_sample(full, predictions.class_names, part.context.malignant))
