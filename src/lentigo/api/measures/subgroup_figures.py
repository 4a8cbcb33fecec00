"""Answers in; the figures of their subgroups by sex, age, site, source and skin tone out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.source import Images
from lentigo.data.images.skin_tone import BANDS, skin_bands
from lentigo.evaluation.intervals.sample import malignant_sample
from lentigo.evaluation.subgroups import AGE_BANDS, UNKNOWN, FoldedAnswers, age_bands, subgroup_figures

TITLES = {
    "sex": "Sex",
    "age": "Age in years",
    "site": "Body site",
    "source": "Source of the images",
    "skin_tone_given": "Skin tone, as the source gives it",
    "skin_tone": "Skin tone, estimated from the image",
}

ORDERS = {"age": [name for _, name in AGE_BANDS], "skin_tone": [name for name, _ in BANDS]}
"""Subgroups with an order of their own; the others stand by how many images they have."""


def measure_subgroups(answers: Answers) -> dict[str, Any] | None:
    """Figures of every subgroup, see `evaluation.subgroups`; None where nothing is known of the images."""
    table = answers.facts
    if table is None:
        return None
    own = answers.source.subgroups()
    attributes = {
        "sex": table["sex"].tolist(),
        "age": age_bands(pd.to_numeric(table["age_years"], errors="coerce")),
        "site": table["site"].tolist(),
        "source": table["source"].tolist(),
        **({"skin_tone_given": table["skin_tone"].tolist()} if "skin_tone" in table else {}),
        **{name: table[name].tolist() for name in own},
    }
    if answers.images is not None:
        attributes["skin_tone"] = skin_tones(answers.images)
    whole = answers.sample
    folded = malignant_sample(whole, answers.predictions.class_names, answers.context.malignant)
    found = subgroup_figures(FoldedAnswers(whole, folded), attributes, answers.context.resampling)
    for name, order in ORDERS.items():
        places = [*order, UNKNOWN]
        found["attributes"].get(name, []).sort(key=lambda row, places=places: places.index(row["name"]))
    return {**found, "titles": {**{name: name for name in own}, **TITLES}} if found["attributes"] else None


def skin_tones(images: Images) -> list[str]:
    """The band of skin tone estimated from each image, (N,); empty where too little skin can be seen."""
    return skin_bands(images.pixels())
