"""A run and images in; saliency overlays, contact sheets and `explanation.json` out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.explaining.images_to_explain import (
    ImagesToExplain,
    Target,
    choose_images,
    masks_of,
)
from lentigo.data.taxonomy import colour_of, full_name
from lentigo.explanation.captions import as_file_name
from lentigo.explanation.heat import border_mask, corner_mask, edge_warnings, heat_share
from lentigo.explanation.methods import BATCH_SIZE, METHODS, explain_images, method_named
from lentigo.explanation.overlay import overlay, save_picture
from lentigo.explanation.sheet import SheetRow, Tile, contact_sheet
from lentigo.settings.files import write_json
from lentigo.settings.run import NOTICE, RunDirectory

if TYPE_CHECKING:
    from lentigo.explanation.gradcam import NetworkLens

SCHEMA_VERSION = 1
FEWEST_CELLS = 3
"""Feature maps with fewer rows or columns hardly say where."""

LEAKED = "LEAKED: images of this part, or their groups, were trained on; what looks right here may be memory"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Drawing:
    """One map of one image."""

    class_name: str
    probability: float
    heat: NDArray[np.float32]
    """(H, W) in [0, 1]."""
    place: int
    """Of the image among all."""

    @property
    def file_name(self) -> str:
        """Numbered, since an image's name may not be fit for a file."""
        return f"{self.place:04d}-{as_file_name(self.class_name)}.png"


def explain(  # noqa: PLR0913 - options of one verb
    run: RunDirectory | str | Path,
    *,
    images: Iterable[str | Path] = (),
    part: str = "validation",
    count: int = 24,
    method: str = "gradcam",
    target: Target = "predicted",
    out: str | Path | None = None,
    manifest: str | Path | None = None,
    masks: str | Path | None = None,
    to_explain: ImagesToExplain | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Draw where the network looked.

    Args:
        run: a finished run.
        images: image files or folders; if none are given, some of `part`, spread over classes.
        part: where to take images from.
        count: how many of the part, spread over the classes; all where there are fewer.
        method: a name from `METHODS`.
        target: the class to explain: the predicted one, the true one, or all (one map a class).
        out: folder for the pictures; default: `saliency` inside the run. Existing pictures are replaced.
        manifest: where the manifest is now, if it has moved.
        masks: folder of lesion masks; default: those that lie beside drawn images.
        to_explain: images that have been chosen already, instead of `images` or some of `part`.
        progress: called with (done, total) images.

    Returns:
        What `explanation.json` holds.

    Raises:
        LentigoError: there are no images, one cannot be read, or method or target does not fit.
    """
    method_named(method)
    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    to_explain = to_explain or choose_images(opened, images, part=part, count=count, manifest=manifest)
    known_masks, lens = masks_of(opened, to_explain, masks), open_lens(opened)
    folder = Path(out) if out else opened.path / "saliency"
    drawings = _save_overlays(folder, to_explain, _draw(lens, to_explain, target, method), progress)
    asked = {"method": method, "target": target, "part": to_explain.part, "leaked": to_explain.leaked}
    files = _file_facts(folder, to_explain, drawings)
    shown = {"images": _image_facts(to_explain, drawings, known_masks)}
    return _written(folder, asked | layer_facts(lens) | files | shown)


def open_lens(run: RunDirectory) -> NetworkLens:
    """The run's network to look through, in float32: small falls of a logit drown in bfloat16."""
    from lentigo.explanation.gradcam import NetworkLens
    from lentigo.training.inference import load_network

    return NetworkLens(load_network(run, "float32"))


def layer_facts(lens: NetworkLens) -> dict[str, Any]:
    """Where in the network the maps are made."""
    return {"layer": lens.layer, "feature_shape": list(lens.network.feature_shape)}


def _draw(lens: Any, to_explain: ImagesToExplain, target: Target, method: str) -> Iterator[list[_Drawing]]:
    """The maps of one image after the other; they are computed a batch at a time."""
    classes = to_explain.classes(target)
    for start in range(0, len(classes), BATCH_SIZE):
        batch = slice(start, start + BATCH_SIZE)
        maps = explain_images(lens, to_explain.images[batch], classes[batch], method)
        for place, heats in enumerate(maps, start):
            yield [
                _Drawing(
                    to_explain.class_names[index], float(to_explain.probabilities[place, index]), heat, place
                )
                for index, heat in zip(classes[place].tolist(), heats, strict=True)
            ]


def _save_overlays(
    folder: Path, to_explain: ImagesToExplain, drawn: Iterable[list[_Drawing]], progress: Progress | None
) -> list[list[_Drawing]]:
    drawings = []
    for row in drawn:
        for one in row:
            save_picture(folder / one.file_name, overlay(to_explain.images[one.place], one.heat))
        drawings.append(row)
        if progress:
            progress(len(drawings), len(to_explain.images))
    return drawings


def _file_facts(folder: Path, to_explain: ImagesToExplain, drawings: list[list[_Drawing]]) -> dict[str, Any]:
    """What was written, the contact sheets being written here."""
    return {
        "class_names": list(to_explain.class_names),
        "overlays": [str(folder / one.file_name) for row in drawings for one in row],
        "sheet": str(folder / "sheet.png"),
        "sheets": _save_sheets(folder, to_explain, drawings),
    }


def _save_sheets(folder: Path, to_explain: ImagesToExplain, drawings: list[list[_Drawing]]) -> dict[str, str]:
    """`sheet.png` with all images and one sheet a class; returns class name -> path of the latter."""
    columns = 6 if len(drawings[0]) == 1 else 1 + len(drawings[0])
    rows = sheet_rows(to_explain, drawings)
    save_picture(folder / "sheet.png", contact_sheet(list(rows.values()), columns))
    paths = {}
    for number, (name, row) in enumerate(rows.items()):
        path = folder / f"sheet-{number:02d}-{as_file_name(name)}.png"
        save_picture(path, contact_sheet([row], columns))
        paths[name] = str(path)
    return paths


def sheet_rows(to_explain: ImagesToExplain, drawings: Sequence[Sequence[_Drawing]]) -> dict[str, SheetRow]:
    """One row a true class (where truth is not known, a predicted one): each image, then its overlays."""
    rows: dict[str, SheetRow] = {}
    for place, drawn in enumerate(drawings):
        image, truth = to_explain.images[place], to_explain.truth[place] if to_explain.truth else ""
        predicted = to_explain.class_names[int(to_explain.probabilities[place].argmax())]
        mark = "LEAKED " if to_explain.leaked else ""
        told = (Path(to_explain.image_ids[place]).name, f"{mark}truth {truth or 'unknown'}, says {predicted}")
        tiles = [Tile(image, told)]
        for one in drawn:
            words = f"says {one.class_name}" if one.class_name == predicted else f"for {one.class_name}"
            tiles.append(
                Tile(overlay(image, one.heat), (f"{words} {one.probability:.0%}", "where it looked"))
            )
        name = truth or predicted
        row = rows.setdefault(name, SheetRow(full_name(name), colour_of(name)))
        rows[name] = replace(row, tiles=(*row.tiles, *tiles))
    order = [name for name in to_explain.class_names if name in rows]
    return {name: rows[name] for name in order}


def _written(folder: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """`explanation.json`."""
    result = {"schema_version": SCHEMA_VERSION, **facts, "warnings": _warnings(facts), "notice": NOTICE}
    write_json(folder / "explanation.json", result)
    return result


def _image_facts(
    to_explain: ImagesToExplain, drawings: list[list[_Drawing]], masks: dict[str, NDArray[np.bool_]]
) -> list[dict[str, Any]]:
    """What `explanation.json` says of each image."""
    facts = []
    for place, drawn in enumerate(drawings):
        inside = {kind: found[place] for kind, found in masks.items()}
        probabilities = to_explain.probabilities[place]
        facts.append(
            {
                "image_id": to_explain.image_ids[place],
                "truth": to_explain.truth[place] if to_explain.truth else "",
                "predicted": to_explain.class_names[int(probabilities.argmax())],
                "probability": float(probabilities.max()),
                "areas": {kind: float(mask.mean()) for kind, mask in inside.items()},
                "maps": [_map_facts(one, inside) for one in drawn],
            }
        )
    return facts


def _map_facts(one: _Drawing, inside: dict[str, NDArray[np.bool_]]) -> dict[str, Any]:
    """Shares of the heat by place; None for a map without any."""
    size = one.heat.shape
    masks = {"border": border_mask(*size), "corners": corner_mask(*size), **inside}
    shares = {name: float(heat_share(one.heat[np.newaxis], mask)[0]) for name, mask in masks.items()}
    return {
        "class": one.class_name,
        "probability": one.probability,
        "overlay": one.file_name,
        "heat_shares": {name: None if np.isnan(share) else share for name, share in shares.items()},
        "warnings": edge_warnings(one.heat),
    }


def _warnings(facts: dict[str, Any]) -> list[str]:
    """What is odd about the pictures as a whole."""
    found = [LEAKED] if facts.get("leaked") else []
    height, width, _ = facts["feature_shape"]
    if min(height, width) < FEWEST_CELLS and method_named(facts["method"]).looks_at_features:
        finer = " or ".join(name for name, row in METHODS.items() if not row.looks_at_features)
        found.append(
            f"the last feature map has {height} x {width} cells, too few to say where; use --method {finer}"
        )
    # of all classes only the predicted one counts: heat for an absurd class may lie anywhere
    maps = [
        one
        for image in facts["images"]
        for one in image["maps"]
        if facts["target"] != "all" or one["class"] == image["predicted"]
    ]
    for what in ("border", "corners", "nothing"):
        odd = sum(any(what in text for text in one["warnings"]) for one in maps)
        if odd:
            words = f"no heat in {odd}" if what == "nothing" else f"heat piled up at the {what} in {odd}"
            found.append(f"{words} of {len(maps)} maps; see `warnings` of the images")
    return found
