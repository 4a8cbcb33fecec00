"""Somebody's table and answers to the same images in; the table's answers in the order of those out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.tables.given import Given, given_table
from lentigo.api.answers.tables.known import key_of, known_of
from lentigo.api.answers.tables.reading import Answered, ReadOptions, read_answered
from lentigo.api.answers.tables.source import TableSource
from lentigo.api.answers.tables.trained_on import check_trained, trained_on
from lentigo.settings.errors import DataError, several


def align_table(given: Given, to: Answers, options: ReadOptions, allow_leak: bool = False) -> Answers:
    """Read a table's answers to the images of other answers, in their order, classes, truth and groups.

    Args:
        given: a CSV file, or a DataFrame; it may answer more images.
        to: the answers that it is put beside.
        options: how the table is read.
        allow_leak: go on although the table says that images were trained on.

    Raises:
        DataError: an image is not answered, or the classes are others.
        TableError: the table cannot be read.
        LeakError: the table calls an image one of its part train.
    """
    table = given_table(given, "the answers")
    predictions = to.predictions
    truth = pd.DataFrame({"image_id": predictions.image_ids, "class": predictions.truth})
    found = read_answered(table, known_of(given_table(truth, "the truth")), options)
    rows = _rows(found, to)
    columns = [found.class_names.index(name) for name in predictions.class_names]
    trained = trained_on(None, None, found.known)
    leaked, _ = check_trained(found.known.iloc[rows], trained, (), allow_leak)
    title = Path(table.name).name
    source = TableSource(title, found.facts["path"], predictions.class_names, found.known)
    answered = replace(predictions, probabilities=found.probabilities[rows][:, columns])
    context = replace(to.context, leaked=to.context.leaked or leaked)
    return Answers(answered, to.groups, context, source, to.asked)


def _rows(found: Answered, to: Answers) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The row of each image (N,)."""
    name, others = found.facts["name"], to.source.named()["name"]
    if set(found.class_names) != set(to.predictions.class_names):
        raise DataError(
            f"{name} answers {', '.join(found.class_names)}, and {others} "
            f"{', '.join(to.predictions.class_names)}: only answers in the same classes can be judged "
            f"side by "
            "side; --map puts classes together"
        )
    place = {key: row for row, key in enumerate(found.known.index)}
    keys = [key_of(image_id) for image_id in to.predictions.image_ids]
    missing = [
        image_id for key, image_id in zip(keys, to.predictions.image_ids, strict=True) if key not in place
    ]
    if missing:
        title = f"{name} does not answer {len(missing)} of the {len(keys)} images that {others} answers:"
        raise DataError(several(title, missing[:3]))
    return np.array([place[key] for key in keys], dtype=np.int64)
