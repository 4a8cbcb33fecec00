"""A run and a part of its split, or a folder of images, in; a checked submission file out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lentigo.api.prediction import predict
from lentigo.api.training import open_data
from lentigo.data.taxonomy import ISIC_2018_ORDER, ISIC_2019_ORDER
from lentigo.evaluation.class_map import ClassMap, coarse_probabilities
from lentigo.evaluation.isic.tables import write_submission
from lentigo.evaluation.metrics import Floats
from lentigo.settings.errors import DataError, several
from lentigo.settings.run import NOTICE, RunDirectory

CHALLENGES = {"2018": ISIC_2018_ORDER, "2019": ISIC_2019_ORDER}
AKIEC = {"AKIEC": ("AK", "SCC")}
"""What 2018 counts as one class; see `data.taxonomy`."""

Progress = Callable[[int, int], None]


def submit(  # noqa: PLR0913 - options of one verb
    run: RunDirectory | str | Path,
    out: str | Path,
    *,
    part: str = "test",
    images: str | Path | None = None,
    challenge: str = "2019",
    manifest: str | Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Answer images and write a submission by the official rules; the file is read back and checked.

    Nothing is compared with truth here, so looking at the test part this way is not counted.

    Args:
        run: a finished run.
        out: the CSV to write.
        part: of the run's split, unless `images` is given.
        images: a folder of files, each named by its image's id.
        challenge: `2019`, or `2018`, for which AK and SCC are added up.
        manifest: where the run's manifest is now, if it has moved.
        progress: called with (done, total) files.

    Returns:
        How many images, the categories, and those never answered (all 0.0, such as UNK).

    Raises:
        DataError: the run's classes are not those of the challenge, or an image cannot be used.
    """
    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    categories = CHALLENGES[challenge]
    names = tuple(opened.record()["class_names"])
    class_map: ClassMap = AKIEC if challenge == "2018" and "AKIEC" not in names else {}
    _check_classes(names, categories, class_map)
    image_ids, found = (
        _answers_of_files(opened, Path(images), progress)
        if images is not None
        else _answers_of_part(opened, part, manifest)
    )
    answers, unanswered = arrange(found, names, categories, class_map)
    write_submission(Path(out), image_ids, categories, answers)
    facts = {"submission": str(out), "challenge": challenge, "source": str(images or part)}
    counts = {"n_images": len(image_ids), "categories": list(categories), "never_answered": unanswered}
    return {"notice": NOTICE, **facts, **counts}


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


def _check_classes(names: Sequence[str], categories: Sequence[str], class_map: ClassMap) -> None:
    parts = {part for finer in class_map.values() for part in finer}
    strangers = [name for name in names if name not in categories and name not in parts]
    if strangers:
        raise DataError(
            f"the run's classes {', '.join(strangers)} are none of the challenge's "
            f"({', '.join(categories)}); submit a run trained on those with `task.classes = all`"
        )


def _answers_of_part(run: RunDirectory, part: str, manifest: str | Path | None) -> tuple[list[str], Floats]:
    from lentigo.training.inference import predict_part

    opened, split = open_data(run, manifest)
    predictions = predict_part(run, opened, split, part)
    if not len(predictions.image_ids):
        raise DataError(f"the part {part} of this split has no images")
    return [str(image_id) for image_id in predictions.image_ids], predictions.probabilities


def _answers_of_files(run: RunDirectory, folder: Path, progress: Progress | None) -> tuple[list[str], Floats]:
    """Stops where a file cannot be used: a submission has to answer every image."""
    rows = list(predict(run, [folder], progress))
    bad = [f"{row['image']}: {row['error']}" for row in rows if row["error"]]
    if bad:
        raise DataError(several("a submission answers every image; these cannot be used:", bad))
    names = run.record()["class_names"]
    image_ids = [Path(row["image"]).stem for row in rows]
    return image_ids, np.array([[row[name] for name in names] for row in rows], dtype=np.float64)
