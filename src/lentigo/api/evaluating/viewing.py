"""A finished run and ways to look at an image in; what each way is worth on one part, nothing trained, out.

Writes `views/<name>/predictions.csv` for every way but the run's own, and `views/<part>.json` with all
figures, into the run, whose own answers and figures stay as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lentigo.api.answers.leak_guard import has_leak
from lentigo.api.answers.runs.opening import open_data
from lentigo.api.answers.runs.parts import answers_of, groups_of, log_look
from lentigo.data.images.views import views_of
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.evaluation.comparison import Comparison, compare_samples
from lentigo.evaluation.intervals.sample import Sample, sample
from lentigo.evaluation.predictions import Predictions, save_predictions
from lentigo.settings.files import write_json
from lentigo.settings.members import require_one_image
from lentigo.settings.run import NOTICE, RunDirectory
from lentigo.settings.toml import with_values

SCHEMA_VERSION = 1
FOLDER = "views"

Progress = Callable[[int, int], None]


def evaluate_views(  # noqa: PLR0913 - options of one verb
    run: RunDirectory | str | Path,
    names: Sequence[str],
    *,
    part: str = "validation",
    manifest: str | Path | None = None,
    allow_leak: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Compare ways of looking at the images of one part with the run's own way.

    Args:
        run: a finished run with a network of its own.
        names: as `prediction.views`.
        part: `validation`, or on purpose `test`; a look at that is logged.
        manifest: where the manifest is now, if it has moved.
        allow_leak: go on although images or groups were trained on; stamps LEAKED.
        progress: called with (done, total) ways.

    Returns:
        As `views/<part>.json`: `own` (the run's way) and `views`, each with num_views, seconds (None where
        the answers had been saved), and figures of it (first), of the run's own way (second) and their
        difference.

    Raises:
        SettingsError: there is no such way, or it needs square input.
        LeakError: an image of the part, or its group, was trained on.
    """
    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    own = _check_ways(opened, names)
    images, split = open_data(opened, manifest)
    leaked = has_leak(images, split, part, allow_leak)
    log_look(opened, part)
    usual = answers_of(opened, images, split, part)
    found: dict[str, Any] = {}
    for done, name in enumerate(dict.fromkeys(names), start=1):
        answers, seconds = (usual, None) if name == own else _look(opened, (images, split, part), name)
        found[name] = {"num_views": len(views_of(name)), "seconds": seconds}
        found[name] |= _against(opened, split, answers, usual)
        if progress:
            progress(done, len(set(names)))
    facts = {**_facts(split, usual, part), "leaked": leaked, "own": own, "views": found}
    write_json(opened.path / FOLDER / f"{part}.json", facts)
    return facts


def _check_ways(run: RunDirectory, names: Sequence[str]) -> str:
    """The run's own way, if it can be asked in the others too."""
    require_one_image(run, "be asked in another way")
    recipe = run.recipe()
    for name in names:
        with_values(recipe, {"prediction.views": name})
    return recipe.prediction.views


def _look(run: RunDirectory, asked: tuple[Manifest, Split, str], name: str) -> tuple[Predictions, float]:
    """Answers in another way, saved in a folder of their own, and the seconds it took."""
    from lentigo.training.inference import predict_part

    start = time.monotonic()
    answers = predict_part(run, *asked, views=views_of(name))
    seconds = round(time.monotonic() - start, 1)
    save_predictions(run.path / FOLDER / name / "predictions.csv", answers)
    return answers, seconds


def _against(run: RunDirectory, split: Split, answers: Predictions, usual: Predictions) -> dict[str, Any]:
    """Figures of one way, of the run's own, and their paired difference."""
    comparison = Comparison(usual.class_names, tuple(run.record()["malignant"]))
    return compare_samples(_sample(split, answers), _sample(split, usual), comparison)


def _sample(split: Split, answers: Predictions) -> Sample:
    return sample(answers.truth_indices(), answers.probabilities, groups_of(split, answers))


def _facts(split: Split, usual: Predictions, part: str) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "part": part,
        "n_images": len(usual.image_ids),
        "n_groups": len(set(groups_of(split, usual).tolist())),
        "split_hash": split.hash,
    }
