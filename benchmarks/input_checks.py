"""How often each check of an input fires on real dermoscopy, and on images that are something else.

    python benchmarks/input_checks.py MANIFEST SPLIT

MANIFEST and SPLIT are those of imported real images. Limits were chosen on the training part; the rates that
count are those of the other two parts. Photographs come from scikit-image.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from lentigo.data.images.input_checks import CHECK_SIDE, INPUT_CHECKS, failed_checks
from lentigo.data.images.pixels import decode
from lentigo.data.manifest import load_manifest
from lentigo.data.split import load_split
from lentigo.evaluation.intervals.bootstrap import mean_interval

NUM_BLURRED = 400
PHOTOGRAPHS = (
    "astronaut", "brick", "camera", "cat", "cell", "checkerboard", "clock", "coffee", "coins", "colorwheel",
    "grass", "gravel", "horse", "hubble_deep_field", "immunohistochemistry", "logo", "microaneurysms", "moon",
    "page", "retina", "rocket", "text",
)  # fmt: skip
"""Those that come with the package and need no network."""


def thumbnails(paths: list[Path]) -> np.ndarray:
    with ThreadPoolExecutor(4) as pool:
        return np.stack(list(pool.map(lambda path: decode(path, CHECK_SIDE, CHECK_SIDE), paths)))


def fired(images: np.ndarray) -> np.ndarray:
    """(N, checks) of booleans."""
    found = [failed_checks(image) for image in images]
    return np.array([[check in one for check in INPUT_CHECKS] for one in found])


def report_rates(title: str, fires: np.ndarray, groups: np.ndarray) -> None:
    columns = {check.name: fires[:, place] for place, check in enumerate(INPUT_CHECKS)}
    for name, values in {**columns, "any": fires.any(axis=1)}.items():
        rate = mean_interval(values, groups, is_share=True)
        print(f"{title:22} {name:10} {rate.value:.2%} [{rate.low:.2%}, {rate.high:.2%}] of {rate.n}")


def blurred(images: np.ndarray, sigma: float) -> np.ndarray:
    blur = ImageFilter.GaussianBlur(sigma)
    return np.stack([np.asarray(Image.fromarray(image).filter(blur)) for image in images])


def shrunk(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB").resize((CHECK_SIDE, CHECK_SIDE), Image.Resampling.BILINEAR))


def made_up() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(0)
    page = Image.new("RGB", (600, 800), "white")
    pen = ImageDraw.Draw(page)
    for row in range(20, 780, 18):
        pen.text((20, row), "The quick brown fox jumps over the lazy dog and so on " * 2, fill="black")
    noise = {
        f"noise {height} x {width}": generator.integers(0, 256, (height, width, 3), dtype=np.uint8)
        for height, width in ((224, 224), (450, 600))
    }
    flat = {f"blank {colour}": np.full((9, 9, 3), colour, np.uint8) for colour in (0, 128, 255)}
    made = {name: shrunk(Image.fromarray(pixels)) for name, pixels in {**noise, **flat}.items()}
    return {**made, "text page": shrunk(page)}


def photographs() -> dict[str, np.ndarray]:
    from skimage import data

    return {name: shrunk(Image.fromarray(np.asarray(getattr(data, name)()))) for name in PHOTOGRAPHS}


def main(manifest_path: str, split_path: str) -> None:
    manifest, split = load_manifest(manifest_path), load_split(split_path)
    groups = split.table.set_index("image_id")["group"].loc[manifest.table["image_id"]].to_numpy(dtype=str)
    train = split.rows(manifest, "train")
    held_out = np.concatenate([split.rows(manifest, part) for part in ("validation", "test")])
    images = {}
    for title, rows in (("training part", train), ("validation and test", held_out)):
        images[title] = thumbnails([manifest.image_path(int(row)) for row in rows])
        report_rates(title, fired(images[title]), groups[rows])
    place = [check.name for check in INPUT_CHECKS].index("blurred")
    some = images["validation and test"][:: max(1, len(held_out) // NUM_BLURRED)]
    for percent in (0.4, 0.8, 1.2, 1.6, 2.5, 4.0):
        caught = fired(blurred(some, percent / 100 * CHECK_SIDE))[:, place].mean()
        print(f"blurred by {percent} % of the width: {caught:.1%} of {len(some)} told")
    for name, image in {**made_up(), **photographs()}.items():
        print(f"{name:22} {', '.join(check.name for check in failed_checks(image)) or 'passes'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
