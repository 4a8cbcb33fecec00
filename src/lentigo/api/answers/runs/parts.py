"""A finished run and a part in; its answers, read where they have been saved and computed otherwise, out.

`run.json` says under `answered` which weights gave the answers of each part in `predictions.csv`, and under
`answers_sha256` what they were: those of weights that have since been replaced are not taken for the run's,
and damaged ones are computed again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.evaluation.predictions import Predictions, load_predictions, save_predictions
from lentigo.settings.errors import SplitError
from lentigo.settings.members import OUT_OF_FOLD, is_cross_validated, weights_hash
from lentigo.settings.run import RunDirectory, now

TEST = "test"


def answer_part(run: RunDirectory, manifest: Manifest, split: Split, part: str) -> Predictions:
    """Let a run answer a part, and save the answers in its `predictions.csv`.

    Raises:
        SplitError: the part is empty.
    """
    from lentigo.training.inference import predict_part

    _check_part(run, manifest, split, part)
    predictions = predict_part(run, manifest, split, part)
    save_answers(run, part, predictions)
    return predictions


def answers_of(run: RunDirectory, manifest: Manifest, split: Split, part: str) -> Predictions:
    """As `answer_part`, but answers that these weights have saved before, and that are whole, are read.

    Raises:
        SplitError: the part is empty.
    """
    record = run.record()
    is_answered = record.get("answered", {}).get(part) == weights_hash(run)
    if is_answered and run.predictions_file.is_file():
        saved = load_predictions(run.predictions_file, part)
        if record.get("answers_sha256", {}).get(part, saved.hash) == saved.hash:
            return saved
    return answer_part(run, manifest, split, part)


def save_answers(run: RunDirectory, part: str, predictions: Predictions) -> None:
    """Write a part's answers into the run, and into its record their hash and the weights that gave them."""
    save_predictions(run.predictions_file, predictions)
    record = run.record()
    run.update_record(
        answered={**record.get("answered", {}), part: weights_hash(run)},
        answers_sha256={**record.get("answers_sha256", {}), part: predictions.hash},
    )


def log_look(run: RunDirectory, part: str) -> int:
    """Note in `run.json` that test has been looked at; returns how often it has been."""
    looks = list(run.record().get("test_looks", []))
    if part == TEST:
        looks.append(now())
        run.update_record(test_looks=looks)
    return len(looks)


def groups_of(split: Split, predictions: Predictions) -> NDArray[Any]:
    """The group of each predicted image, (N,)."""
    group_of = dict(zip(split.table["image_id"], split.table["group"], strict=True))
    return np.array([group_of[image_id] for image_id in predictions.image_ids], dtype=str)


def _check_part(run: RunDirectory, manifest: Manifest, split: Split, part: str) -> None:
    if part == OUT_OF_FOLD or len(split.rows(manifest, part)):
        return
    hint = (
        f": {run.path} is cross-validated, and its members have learnt every image outside test. Its "
        "out-of-fold figures are in evaluation.json; --part test looks at the test part on purpose"
        if is_cross_validated(run)
        else ""
    )
    raise SplitError(f"the part {part} of this split has no images{hint}")
