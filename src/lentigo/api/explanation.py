"""A run and images in; saliency overlays and a contact sheet, as PNG files, out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lentigo.api.prediction import image_files, read_image
from lentigo.api.reporting import choose_samples, explain_rows
from lentigo.api.training import open_data
from lentigo.data.taxonomy import colour_of, full_name
from lentigo.data.views import VIEWS_OF
from lentigo.explanation.overlay import overlay
from lentigo.explanation.sheet import SheetRow, Tile, contact_sheet
from lentigo.report.page import Sample
from lentigo.settings.errors import DataError
from lentigo.settings.files import write_atomically, write_json
from lentigo.settings.members import require_network
from lentigo.settings.run import NOTICE, RunDirectory

Progress = Callable[[int, int], None]


def explain(  # noqa: PLR0913 - options of one verb
    run: RunDirectory | str | Path,
    *,
    images: Iterable[str | Path] = (),
    part: str = "validation",
    count: int = 24,
    out: str | Path | None = None,
    manifest: str | Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Draw where the network looked for the class it predicts, with Grad-CAM.

    Args:
        run: a finished run.
        images: image files or folders; if none are given, some of `part`, spread over classes.
        part: where to take images from.
        count: about how many of the part.
        out: folder for the pictures; default: `saliency` inside the run. Existing pictures are replaced.
        manifest: where the manifest is now, if it has moved.
        progress: called with (done, total) pictures.

    Returns:
        overlays (paths), sheet (path), images (id, truth, predicted, probability), notice.

    Raises:
        ImageError: an image cannot be read.
        DataError: there are no images.
        RunError: it is an ensemble, which has no network of its own.
    """
    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    require_network(opened, "show where it looked")
    files = image_files(images)
    samples = _explain_files(opened, files) if files else _explain_part(opened, part, count, manifest)
    if not samples:
        raise DataError(f"there are no images to explain in the part {part}")
    folder = Path(out) if out else opened.path / "saliency"
    overlays = []
    for place, sample in enumerate(samples):
        overlays.append(_save_overlay(folder, place, sample))
        if progress:
            progress(place + 1, len(samples))
    return _write_down(folder, samples, overlays)


def _write_down(folder: Path, samples: list[Sample], overlays: list[Path]) -> dict[str, Any]:
    """The contact sheet, and `explanation.json` with what is on it."""
    sheet = folder / "sheet.png"
    _save_png(sheet, contact_sheet(_sheet_rows(samples)))
    facts = [
        {"image_id": s.image_id, "truth": s.truth, "predicted": s.predicted, "probability": s.probability}
        for s in samples
    ]
    result = {
        "overlays": [str(path) for path in overlays],
        "sheet": str(sheet),
        "images": facts,
        "notice": NOTICE,
    }
    write_json(folder / "explanation.json", {"method": "grad-cam", **result})
    return result


def _explain_part(run: RunDirectory, part: str, count: int, manifest: str | Path | None) -> list[Sample]:
    from lentigo.training.inference import predict_part

    images, split = open_data(run, manifest)
    predictions = predict_part(run, images, split, part)
    rows = choose_samples(predictions, max(1, count // max(1, len(predictions.class_names))))
    return explain_rows(run, images, predictions, rows)


def _explain_files(run: RunDirectory, files: list[Path]) -> list[Sample]:
    from lentigo.explanation.gradcam import grad_cam
    from lentigo.training.inference import load_network, predict_images

    recipe, names, network = run.recipe(), run.record()["class_names"], load_network(run)
    image, views = recipe.input, VIEWS_OF[recipe.prediction.views]
    pixels = np.stack([read_image(path, image) for path in files])
    answers = predict_images(network, pixels, views)
    maps = grad_cam(network, pixels, answers.argmax(axis=1))
    return [
        Sample(
            str(path),
            pixels[place],
            maps[place],
            "",
            names[int(answers[place].argmax())],
            float(answers[place].max()),
        )
        for place, path in enumerate(files)
    ]


def _save_overlay(folder: Path, place: int, sample: Sample) -> Path:
    """One overlay; the file is numbered, since an image's name may not be fit for a file."""
    path = folder / f"{place:04d}-{sample.predicted}.png"
    heat = sample.saliency if sample.saliency is not None else np.zeros(sample.image.shape[:2], np.float32)
    _save_png(path, overlay(sample.image, heat))
    return path


def _save_png(path: Path, pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
    write_atomically(path, lambda temporary: Image.fromarray(pixels).save(temporary, format="PNG"))


def _sheet_rows(samples: list[Sample]) -> list[SheetRow]:
    """One row a true class (where truth is not known, a predicted one): image and overlay side by side."""
    rows: dict[str, list[Tile]] = {}
    for sample in samples:
        said = f"{sample.predicted} {sample.probability:.0%}"
        heat = (
            sample.saliency if sample.saliency is not None else np.zeros(sample.image.shape[:2], np.float32)
        )
        tiles = rows.setdefault(sample.truth or sample.predicted, [])
        tiles.append(Tile(sample.image, (Path(sample.image_id).name, f"truth {sample.truth or 'unknown'}")))
        tiles.append(Tile(overlay(sample.image, heat), ("where it looked", f"says {said}")))
    return [SheetRow(full_name(name), colour_of(name), tuple(tiles)) for name, tiles in rows.items()]
