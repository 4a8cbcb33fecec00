"""A finished run in; a bundle, compared with the run from image files before it is put in place, out."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lentigo.api.answers.runs.source import RunSource, open_run
from lentigo.api.answers.validation_fit import fit_json
from lentigo.api.bundling.prediction import read_image
from lentigo.api.bundling.quantizing import quantize_bundle
from lentigo.api.bundling.refitting import refit
from lentigo.api.evaluating.checklist import CHECKLISTS_FILE as CHECKLISTS_IN_RUN
from lentigo.bundle.format import (
    CHECKLISTS_FILE,
    MODEL_FILE,
    BundleClass,
    BundleFacts,
    BundleInput,
    hash_training_images,
)
from lentigo.bundle.loading import verify_bundle
from lentigo.bundle.opening import open_network
from lentigo.bundle.prediction import Bundle
from lentigo.bundle.writing import finish_bundle, staged
from lentigo.data.images.views import views_of
from lentigo.data.manifest import Manifest
from lentigo.data.metadata.encoding import NOTHING, Known, encoding_of
from lentigo.data.split import Split
from lentigo.data.taxonomy import colour_of, full_name, plain_name
from lentigo.evaluation.abstaining.rule import ARRAYS_FILE, abstaining_json, arrays_bytes
from lentigo.evaluation.evaluate import evaluated_parts
from lentigo.evaluation.intervals.sample import malignant_names
from lentigo.onnx_file.plain import plain_network
from lentigo.settings.errors import BundleError, ImageError
from lentigo.settings.files import write_bytes
from lentigo.settings.members import require_one_image
from lentigo.settings.reading import Document, read_bytes
from lentigo.settings.recipe import Input, Recipe
from lentigo.settings.run import NOTICE, RunDirectory, now, versions

if TYPE_CHECKING:
    from lentigo.models import Network

LARGEST_DIFFERENCE = 1e-4
"""Of a probability, between the run computed in float32 and its bundle."""
NUM_PARITY_IMAGES = 16
_EXPORT_PACKAGES = ("onnx", "onnxruntime", "tf2onnx")
_FIGURES = (
    "part",
    "n_images",
    "n_groups",
    "split_hash",
    "leaked",
    "metrics",
    "per_class",
    "confusion_matrix",
)
_MALIGNANT_FIGURES = ("malignant", "threshold", "metrics")
_DECISION_FIGURES = ("sensitivity", "specificity", "positive_predictive_value", "negative_predictive_value")


def export(
    run: RunDirectory | str | Path,
    out: str | Path,
    *,
    manifest: str | Path | None = None,
    int8: bool = False,
    say: Callable[[str], None] = lambda _text: None,
) -> dict[str, Any]:
    """Write a run as a bundle: one ONNX network with its facts and its card.

    Exported in float32, whatever it was trained in. Nothing is put in place unless its answers equal the
    run's, for image files of the validation part, within `LARGEST_DIFFERENCE`.

    Args:
        run: a finished run.
        out: the bundle's directory; an earlier bundle there is replaced.
        manifest: where the manifest is now, if it has moved.
        int8: whether to make it smaller and faster with 8-bit numbers then, see `quantize_bundle`.
        say: told what happens, in one line each.

    Returns:
        bundle (its path), parity (with `int8` where it was quantised), files (name -> size in bytes), notice.

    Raises:
        RunError: the run is not finished, its data are not what it was trained on, or it is an ensemble.
        BundleError: at `out` is something else, the converter is not installed, or the answers differ.
    """
    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    source = open_run(opened, manifest)
    require_one_image(opened, "be exported")
    with staged(Path(out)) as folder:
        facts = _fill(folder, source, int8, say)
        verify_bundle(folder)
        sizes = {one.name: one.stat().st_size for one in sorted(folder.iterdir())}
    return {"bundle": str(out), "parity": facts.parity, "files": sizes, "notice": NOTICE}


def _fill(folder: Path, source: RunSource, int8: bool, say: Callable[[str], None]) -> BundleFacts:
    """Write network, facts and card into an empty folder; returns the facts."""
    from lentigo.bundle.export import export_network
    from lentigo.training.inference import load_network

    run, data = source.run, (source.manifest, source.split)
    network, model = load_network(run, precision="float32"), folder / MODEL_FILE
    say("writing the network as ONNX")
    export_network(network, model)
    say("fitting on validation how it decides and when it should not answer")
    facts = replace(describe_run(run, *data, network), **_fitted(source, folder))
    say("comparing its answers with the run's, from image files")
    bundle = _opened(facts, folder)
    rows = _parity_rows(*data)
    files, known = [source.manifest.image_path(row) for row in rows], source.manifest.known()
    facts.parity.update(measure_parity(bundle, network, files, [known[row] for row in rows]))
    if int8:
        say("quantising it to 8 bits")
        facts.parity["int8"] = quantize_bundle(bundle, model, run.recipe(), *data)
        say("fitting on validation again, on its answers in 8 bits")
        facts = replace(facts, **refit(_opened(facts, folder), source))
    checklists = run.path / CHECKLISTS_IN_RUN
    if checklists.is_file():
        write_bytes(folder / CHECKLISTS_FILE, read_bytes(checklists))
    return finish_bundle(folder, facts)


def _fitted(source: RunSource, folder: Path) -> dict[str, Any]:
    """What `bundle.json` holds that is fitted on validation; the arrays it needs are put into the bundle."""
    validation = source.validation()
    if validation is None:
        return {}
    fit = source.fit(validation)
    abstaining = source.abstaining(fit).abstaining
    arrays = arrays_bytes(abstaining)
    if arrays:
        write_bytes(folder / ARRAYS_FILE, arrays)
    return {**fit_json(fit), "abstaining": abstaining_json(abstaining)}


def _opened(facts: BundleFacts, folder: Path) -> Bundle:
    """The bundle, before its files are hashed."""
    arrays = folder / ARRAYS_FILE
    content = arrays.read_bytes() if arrays.is_file() else b""
    return open_network(facts, plain_network((folder / MODEL_FILE).read_bytes()), "", arrays=content)


def describe_run(run: RunDirectory, manifest: Manifest, split: Split, network: Network) -> BundleFacts:
    """Everything `bundle.json` says that is known before the files are there."""
    record, recipe = run.record(), run.recipe()
    names = tuple(record["class_names"])
    height, width, _ = network.feature_shape
    trained = manifest.table.iloc[split.rows(manifest, "train")]
    origins = Counter(zip(trained["source"], trained["licence"], strict=True)).most_common()
    size = recipe.input
    return BundleFacts(
        name=record["name"],
        created=now(),
        classes=tuple(
            BundleClass(name, full_name(name), plain_name(name), colour_of(name)) for name in names
        ),
        malignant=malignant_names(names, record["malignant"]),
        malignant_diagnoses=tuple(record["malignant"]),
        input=BundleInput(size.height, size.width, size.resize),
        views=recipe.prediction.views,
        saliency={"method": "grad-cam", "height": height, "width": width},
        split_hash=split.hash,
        training_images=hash_training_images(trained["sha256"].tolist(), secrets.token_hex(16)),
        recipe=run.recipe_text(),
        run={
            "weights_sha256": record["weights"]["sha256"],
            "finished": record["finished"],
            "image_counts": record["image_counts"],
            "precision": run.precision(),
            **({"encoder": _encoder(record, recipe)} if "encoder" in record else {}),
        },
        metrics=_metrics(run),
        licences=tuple(
            {"source": source, "licence": licence, "n_images": count} for (source, licence), count in origins
        ),
        parity={"part": "validation"},
        versions={**versions(), **_export_versions()},
        files={},
        metadata=_metadata(record, recipe),
    )


def _metadata(record: dict[str, Any], recipe: Recipe) -> dict[str, Any] | None:
    """What the network takes beside an image, and how it was trained with it."""
    encoding = encoding_of(recipe.metadata)
    if encoding is None:
        return None
    known = record.get("metadata", {}).get("known", {})
    trained = {"dropout": recipe.metadata.dropout, "known": {name: known[name] for name in encoding.fields}}
    return encoding.as_json() | trained


def _encoder(record: dict[str, Any], recipe: Recipe) -> dict[str, str]:
    """What a bundle says of an encoder that is not ours: which file it was, and under which licence."""
    encoder = record["encoder"]
    return {"sha256": encoder["sha256"], "licence": recipe.model.licence}


def measure_parity(
    bundle: Bundle, network: Network, files: list[Path], known: Sequence[Known]
) -> dict[str, Any]:
    """Compare bundle and network, both before calibration, on image files read anew by both.

    Args:
        bundle: what was exported.
        network: what it was exported from.
        files: images.
        known: what is known beside each; it counts only where the network takes it.

    Returns:
        n_images, max_difference (of a probability), max_saliency_difference (of the predicted class's map, in
        [0, 1]), max_strangeness_difference (in [0, 1]; None where no score was fitted).

    Raises:
        BundleError: no file can be read, or a probability differs by more than `LARGEST_DIFFERENCE`.
    """
    from lentigo.explanation.gradcam import grad_cam
    from lentigo.training.inference import predict_images

    answers = [one for one in bundle.stream(files, known=known, with_saliency=True) if not one.error]
    size = Input(bundle.facts.input.height, bundle.facts.input.width, bundle.facts.input.resize)
    pixels = [pixels for file in files if (pixels := _pixels(file, size)) is not None]
    encoding = bundle.facts.encoding
    beside = None if encoding is None else encoding.encode([one.known or NOTHING for one in answers])
    if not answers or len(answers) != len(pixels):
        raise BundleError("parity cannot be checked: no image of the validation part can be read")
    expected = predict_images(network, pixels, views_of(bundle.facts.views), len(pixels), beside)
    said = [one.verdict.uncalibrated for one in answers]
    found = np.stack([one for one in said if one is not None])
    difference = float(np.abs(found - expected).max())
    _check_parity(difference)
    strangeness = _strangeness_difference(bundle, network, pixels)
    maps = grad_cam(network, np.stack(pixels), found.argmax(axis=1))
    saliency = max(float(np.abs(one.saliency_map() - maps[place]).max()) for place, one in enumerate(answers))
    return {
        "n_images": len(answers),
        "max_difference": difference,
        "max_saliency_difference": saliency,
        "max_strangeness_difference": strangeness,
    }


def _check_parity(difference: float) -> None:
    """Refuse a network that is not the run's."""
    if not difference <= LARGEST_DIFFERENCE:
        raise BundleError(
            f"the exported network differs from the run: probabilities by up to {difference:.1e}, allowed is "
            f"{LARGEST_DIFFERENCE:.0e}; nothing was written. Please report this with the recipe"
        )


def _strangeness_difference(bundle: Bundle, network: Network, pixels: list[Any]) -> float | None:
    """How far bundle and network differ in the share of known images that is less strange; None without."""
    from lentigo.training.inference import represent_images

    unknown = None if bundle.abstaining is None else bundle.abstaining.unknown
    if unknown is None:
        return None
    expected = unknown.judge(represent_images(network, pixels, unknown.outputs, len(pixels)))
    found = np.array([one.abstention.unknown_score for one in bundle.predict(pixels)], dtype=np.float64)
    return float(np.abs(unknown.strangeness(found) - unknown.strangeness(expected)).max())


def _pixels(file: Path, size: Input) -> Any:
    try:
        return read_image(file, size)
    except ImageError:
        return None


def _parity_rows(manifest: Manifest, split: Split) -> list[int]:
    """Some images of the validation part, evenly spread over the manifest."""
    rows = split.rows(manifest, "validation")
    places = np.unique(np.linspace(0, len(rows) - 1, min(NUM_PARITY_IMAGES, len(rows))).astype(int))
    return [int(row) for row in rows[places]]


def _metrics(run: RunDirectory) -> dict[str, Any] | None:
    """What `evaluation.json` says, without curves; None where there is none."""
    parts = evaluated_parts(run.evaluation_file)
    with Document(run.evaluation_file, remedy="evaluate the run again").understood():
        return {part: _figures(entry) for part, entry in parts.items()} or None


def _figures(entry: dict[str, Any]) -> dict[str, Any]:
    kept = {name: entry[name] for name in _FIGURES}
    malignant = entry.get("malignant_vs_benign")
    points = (entry.get("operating_points") or {}).get("points", [])
    kept["operating_points"] = {
        point["rule"]: {name: point["figures"][name] for name in _DECISION_FIGURES}
        for point in points
        if point["figures"]
    }
    kept["promises"] = {point["rule"]: point.get("promise") for point in points}
    kept |= {name: entry.get(name) for name in ("subgroups", "shortcuts", "classes_of_few_groups")}
    if entry.get("metadata"):
        kept["metadata"] = entry["metadata"]
    kept["malignant_vs_benign"] = malignant and {name: malignant[name] for name in _MALIGNANT_FIGURES}
    return kept


def _export_versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in _EXPORT_PACKAGES}
