"""From how many images a bundle abstains: its own test part, things, drawings, noise, other sets.

    python benchmarks/unlike_images.py BUNDLE MANIFEST SPLIT [NAME=FOLDER ...]

MANIFEST and SPLIT are those that the bundle's run was trained on; each FOLDER holds images of another set. Of
its own test part a bundle should abstain seldom, also when the files are stored anew; of the rest mostly,
unless it was trained on such. Photographs come from scikit-image (`pip install scikit-image`).
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from input_checks import PHOTOGRAPHS
from PIL import Image

import lentigo
from lentigo.bundle.prediction import Bundle
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.split import Split, load_split
from lentigo.data.synthesis.generate import CLASS_NAMES, draw_image
from lentigo.evaluation.intervals.bootstrap import mean_interval

NUM_DRAWN, NUM_NOISE, MOST = 80, 20, 200
SEED = 700_000_000
"""Of lesions that neither the demo nor a run draws."""


def abstained(bundle: Bundle, images: Sequence[Path | bytes]) -> dict[str, np.ndarray]:
    """Whether each image gets no answer, for any reason, and by which half of the reasons."""
    found = list(bundle.stream(images))
    unknown = np.array([bool(one.abstention.is_unknown) for one in found])
    quality = np.array([bool(one.quality_warnings) for one in found])
    return {"abstained": unknown | quality, "by the score": unknown, "by the checks": quality}


def report(name: str, found: dict[str, np.ndarray], groups: np.ndarray) -> None:
    shares = []
    for reason, values in found.items():
        rate = mean_interval(values, groups, is_share=True)
        shares.append(
            f"{reason} {int(values.sum())} of {rate.n}: {rate.value:.3f} [{rate.low:.3f}, {rate.high:.3f}]"
        )
    print(f"{name:24} {'; '.join(shares)}", flush=True)


def test_files(manifest: Manifest, split: Split) -> tuple[list[Path], np.ndarray]:
    rows = split.rows(manifest, "test")
    chosen = rows if len(rows) <= 3 * MOST else rows[:: len(rows) // (2 * MOST)]
    return [manifest.image_path(row) for row in chosen], split.groups(manifest)[chosen]


def encoded(image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.convert("RGB").save(stream, **options)
    return stream.getvalue()


def again(files: list[Path], change: Callable[[Image.Image], bytes]) -> list[bytes]:
    return [change(Image.open(path)) for path in files]


def smaller(image: Image.Image) -> bytes:
    half = (max(1, image.width // 2), max(1, image.height // 2))
    return encoded(image.convert("RGB").resize(half, Image.Resampling.LANCZOS), format="PNG")


def strangers() -> Iterator[tuple[str, list[bytes]]]:
    from skimage import data

    things = [Image.fromarray(np.asarray(getattr(data, name)())) for name in PHOTOGRAPHS]
    yield "photographs of things", [encoded(one, format="PNG") for one in things]
    drawn = [draw_image(CLASS_NAMES[n % len(CLASS_NAMES)], SEED + n, n).pixels for n in range(NUM_DRAWN)]
    yield "drawn lesions", [encoded(Image.fromarray(one), format="JPEG", quality=92) for one in drawn]
    generator = np.random.default_rng(0)
    noise = [generator.integers(0, 256, (256, 340, 3), dtype=np.uint8) for _ in range(NUM_NOISE)]
    yield "noise", [encoded(Image.fromarray(one), format="PNG") for one in noise]


def main(bundle_path: str, manifest_path: str, split_path: str, *folders: str) -> None:
    bundle = lentigo.load_bundle(bundle_path)
    unknown = bundle.abstaining.unknown if bundle.abstaining else None
    print(f"{bundle.facts.name}: {unknown.score if unknown else 'no score'}")
    files, groups = test_files(load_manifest(manifest_path), load_split(split_path))
    report("own test part", abstained(bundle, files), groups)
    few, their = files[:MOST], groups[:MOST]
    report(
        "  as JPEG of quality 50",
        abstained(bundle, again(few, lambda one: encoded(one, format="JPEG", quality=50))),
        their,
    )
    report("  at half the size", abstained(bundle, again(few, smaller)), their)
    for name, images in strangers():
        report(name, abstained(bundle, images), np.arange(len(images)))
    for named in folders:
        name, _, folder = named.partition("=")
        paths = sorted(
            path for path in Path(folder).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png")
        )
        chosen = paths[:: max(1, len(paths) // MOST)][:MOST]
        report(name, abstained(bundle, chosen), np.arange(len(chosen)))


if __name__ == "__main__":
    main(*sys.argv[1:])
