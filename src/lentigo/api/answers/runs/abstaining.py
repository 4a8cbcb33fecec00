"""What a run abstains by: fitted, saved in the run and found again.

The choice of a score for unknown images takes minutes and depends on weights and split alone, so it is kept;
the thresholds of prediction sets are fitted anew each time, on the probabilities that are finally shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.answers.abstaining_fit import AbstainingFit, with_sets, with_threshold
from lentigo.api.answers.baselines import PROBE, stored_features
from lentigo.api.answers.validation_fit import VALIDATION, ValidationFit
from lentigo.data.cache import open_cache
from lentigo.data.manifest import Manifest, is_drawn
from lentigo.data.split import Split
from lentigo.data.taxonomy import targets
from lentigo.evaluation.abstaining.leave_one_class_out import Far, Featured, compare_scores
from lentigo.evaluation.abstaining.made_unknowns import NUM_OF_A_KIND, made_unknowns
from lentigo.evaluation.abstaining.pixel_figures import pixel_figures
from lentigo.evaluation.abstaining.rule import (
    ARRAYS_FILE,
    Abstaining,
    Unknown,
    abstaining_json,
    arrays_bytes,
    read_abstaining,
)
from lentigo.evaluation.abstaining.unknown_scores import SCORES, Output, Outputs
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.metrics import Ints
from lentigo.settings.errors import ModelError, RunError
from lentigo.settings.files import sha256_of_text, write_bytes
from lentigo.settings.members import is_several, weights_hash
from lentigo.settings.reading import Document, read_bytes
from lentigo.settings.recipe import Input, Recipe
from lentigo.settings.run import NOTICE, RunDirectory
from lentigo.settings.sealing import read_sealed, write_sealed

SCHEMA_VERSION = 2
"""2: the score is chosen by far unknowns too; what was chosen without them is chosen anew."""
ABSTAINING_FILE = "abstaining.json"
FALSE_ALARM = 0.03
"""Share of known images that are meant to be called unknown: with what chance and the checks of the image
add, 5 % are seldom exceeded, and what looks like nothing known is so far off that it costs little."""
FIT_IMAGES = 1000
"""Training images that scores are fitted on, at most, drawn by lot: a bundle carries what is made of them."""
UNCHOSEN = "several"
"""The score where nothing can be compared: no pretrained network at hand, or too few classes."""


def fit_abstaining(run: RunDirectory, manifest: Manifest, split: Split, fit: ValidationFit) -> AbstainingFit:
    """Fit sets and score on the validation part of a run, and save them in it.

    Args:
        run: a finished run.
        manifest: its images.
        split: how they are divided.
        fit: what has been fitted on its answers on that part.
    """
    comparison, unknown = _unknown_of(run, manifest, split)
    fitted = AbstainingFit(with_sets(unknown, fit), comparison)
    _save(run, split, fitted)
    return fitted


def stored_abstaining(run: RunDirectory) -> Abstaining | None:
    """What a run was last found to abstain by; None where nobody has asked, or it has been trained anew."""
    stored = _stored(run)
    return None if stored is None else stored.abstaining


def _unknown_of(
    run: RunDirectory, manifest: Manifest, split: Split
) -> tuple[dict[str, Any] | None, Unknown | None]:
    """The score and how it was chosen, as stored where that is still right; an ensemble has none."""
    if is_several(run):
        return None, None
    stored = _stored(run, split)
    if stored is not None:
        return stored.comparison, stored.abstaining.unknown
    comparison = _comparison(run.recipe(), manifest, split)
    chosen = UNCHOSEN if comparison is None else str(comparison["chosen"])
    return comparison, _fit_unknown(run, manifest, split, chosen)


def _comparison(recipe: Recipe, manifest: Manifest, split: Split) -> dict[str, Any] | None:
    """Which score tells a diagnosis best that was left out; None where that cannot be found out.

    It depends on images, classes and split alone, so it is kept beside the pixels for all runs on them.
    """
    try:
        features = stored_features(recipe.input, manifest)
    except ModelError:
        return None
    classes, _ = targets(manifest.table["class"].tolist(), manifest.class_names, recipe.task)
    diagnoses = manifest.table["class"].to_numpy(dtype=str)
    view = "" if recipe.input.view == "all" else f" {recipe.input.view}"
    asked = f"{SCHEMA_VERSION} {split.hash} {classes.tolist()} {diagnoses.tolist()} {FIT_IMAGES}{view}"
    key = sha256_of_text(asked)[:16]
    path = open_cache(manifest, recipe.input).folder / f"unknown-{key}.json"
    document = Document(path, remedy="delete it, and it will be made again")
    stored = read_sealed(path, document) if path.exists() else {}
    if "comparison" not in stored:
        seen = (features, classes, diagnoses)
        stored = {"comparison": _compare(recipe.input, manifest, split, seen)}
        write_sealed(path, stored)
    found: dict[str, Any] | None = stored["comparison"]
    return found


def _compare(
    image: Input, manifest: Manifest, split: Split, seen: tuple[NDArray[np.float32], Ints, NDArray[Any]]
) -> dict[str, Any] | None:
    """Compare scores on images of which features, classes and diagnoses were `seen`, each (N, ...)."""
    features, classes, diagnoses = seen
    groups, pixels = split.groups(manifest), open_cache(manifest, image).images
    train, validation = (
        Featured(
            features[rows],
            pixel_figures(pixels[row] for row in rows),
            classes[rows],
            diagnoses[rows],
            groups[rows],
        )
        for rows in (fit_rows(manifest, split), split.rows(manifest, VALIDATION))
    )
    return compare_scores(train, validation, _far(image, manifest, split), Resampling())


def _far(image: Input, manifest: Manifest, split: Split) -> Far:
    """Pictures of other things as the fixed network sees them, by kind."""
    from lentigo.training.inference import extract_features

    rows = split.rows(manifest, VALIDATION)[:NUM_OF_A_KIND]
    if not len(rows):
        return {}
    known = open_cache(manifest, image).images[rows]
    made = made_unknowns(known, are_drawn=is_drawn(manifest))
    features = extract_features(PROBE, image, np.concatenate(list(made.values())))
    edges = np.cumsum([len(pictures) for pictures in made.values()])[:-1]
    return {
        kind: (own, pixel_figures(pictures))
        for (kind, pictures), own in zip(made.items(), np.split(features, edges), strict=True)
    }


def _fit_unknown(run: RunDirectory, manifest: Manifest, split: Split, name: str) -> Unknown:
    """Fit a score on the run's own network: its arrays on training images, its threshold on validation."""
    score, arrays = SCORES[name], {}
    if score.shapes:
        rows = fit_rows(manifest, split)
        truth, _ = targets(manifest.table["class"].tolist(), manifest.class_names, run.recipe().task)
        arrays = score.fit(network_outputs(run, manifest, rows, score.outputs), truth[rows])
    asked = split.rows(manifest, VALIDATION)
    outputs = network_outputs(run, manifest, asked, score.outputs)
    return with_threshold(
        Unknown(name, np.inf, FALSE_ALARM, np.zeros(0), arrays), outputs, split.groups(manifest)[asked]
    )


def fit_rows(manifest: Manifest, split: Split) -> Ints:
    """Rows of the training images that scores are fitted on, the same every time."""
    rows = split.rows(manifest, "train")
    chosen = np.random.default_rng(0).permutation(len(rows))[:FIT_IMAGES]
    return np.asarray(rows[np.sort(chosen)], dtype=np.int64)


def network_outputs(run: RunDirectory, manifest: Manifest, rows: Ints, outputs: Sequence[Output]) -> Outputs:
    """What a score reads of some images of a manifest; see `represent_stream`."""
    cache = open_cache(manifest, run.recipe().input)
    return represent_stream(run, (cache.images[row] for row in rows), outputs)


def represent_stream(
    run: RunDirectory, images: Iterable[NDArray[np.uint8]], outputs: Sequence[Output]
) -> Outputs:
    """What a run makes of images (H, W, 3) at its input size, in float32 as a bundle computes it."""
    from lentigo.training.inference import load_network, represent_images

    return represent_images(load_network(run, precision="float32"), images, outputs)


def _save(run: RunDirectory, split: Split, fitted: AbstainingFit) -> None:
    """The arrays first: a JSON that names them never lies beside others."""
    arrays_file = run.path / ARRAYS_FILE
    content = arrays_bytes(fitted.abstaining)
    if content:
        write_bytes(arrays_file, content)
    else:
        Path(arrays_file).unlink(missing_ok=True)
    head = {
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "run": run.record()["name"],
        "class_names": run.record()["class_names"],
        "weights_sha256": weights_hash(run),
        "split_hash": split.hash,
    }
    values = abstaining_json(fitted.abstaining)
    facts = {"comparison": fitted.comparison, "arrays_sha256": hashlib.sha256(content).hexdigest()}
    write_sealed(run.path / ABSTAINING_FILE, {**head, **values, **facts})


def _stored(run: RunDirectory, split: Split | None = None) -> AbstainingFit | None:
    """What lies in the run, where it belongs to the weights (and the split) that the run has now."""
    path = run.path / ABSTAINING_FILE
    if not path.exists():
        return None
    document = Document(path, RunError, "delete it, and `lentigo evaluate` will make it again")
    stored = read_sealed(path, document)
    is_of_split = split is None or (
        stored.get("split_hash") == split.hash and stored.get("schema_version") == SCHEMA_VERSION
    )
    if stored.get("weights_sha256") != weights_hash(run) or not is_of_split:
        return None
    arrays = run.path / ARRAYS_FILE
    content = read_bytes(arrays) if arrays.exists() else b""
    sha256 = hashlib.sha256(content).hexdigest()
    if stored.get("arrays_sha256", sha256) != sha256:
        if split is not None:
            return None  # a kill between the two files; they are made again
        document.refuse(f"does not fit {ARRAYS_FILE}")
    with document.understood():
        return AbstainingFit(read_abstaining(stored, content), stored["comparison"])
