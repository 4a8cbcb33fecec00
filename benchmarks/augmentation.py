"""Times the augmentation against Albumentations, operation by operation and as a whole.

    pip install albumentations==2.0.8        # MIT; in an environment of its own: Lentigo does not need it
    python benchmarks/augmentation.py [--images 64] [--rounds 7] [--size 224]

Both take turns in every round on the same images, and what is compared is the ratio within a round (median
over rounds). Everything runs on one thread, and it is the processor's time that counts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from lentigo.settings.recipe import Augmentation, ColourOperation, ShapeOperation
from lentigo.training.batches.augmentation import augment, draw

PLAIN = {"horizontal_flip": True, "vertical_flip": True, "rotation": 0.5, "zoom": 0.15, "shift": 0.05}
FACTORS = {"brightness": 0.15, "contrast": 0.15, "saturation": 0.15}
SHAPES: tuple[ShapeOperation, ...] = ("shear", "stretch", "lens", "erasing")
COLOURS: tuple[ColourOperation, ...] = ("hue", "cast", "gamma", "noise", "blur", "jpeg", "vignette")
"""Those that both have: there is no hair and no illumination there."""
Way = Callable[[], object]


def main() -> None:
    import albumentations

    options = _options()
    cv2.setNumThreads(1)
    images, theirs = _images(options), _theirs(albumentations)
    print(f"{options.images} images of {options.size} px; Albumentations {albumentations.__version__}\n")
    print("| what | ours, us an image | Albumentations, us an image | ratio |\n|---|---|---|---|")
    contests = {name: (_only(name), theirs[name]) for name in (*SHAPES, *COLOURS)}
    contests["flips, rotation, zoom, shift"] = (Augmentation(**PLAIN), theirs["warp"])
    contests["brightness, contrast, saturation"] = (Augmentation(**FACTORS), theirs["factors"])
    for name, (augmentation, transforms) in contests.items():
        _report(name, _ours(images, augmentation), _by_them(images, transforms), options)
    _report_all(images, albumentations, options)


def _report_all(images: list[Any], of: Any, options: argparse.Namespace) -> None:
    """Warp, factors, one operation of shape and one of colour, as drawn and as a function of the place."""
    theirs = _theirs(of)
    everything = Augmentation(
        **PLAIN, **FACTORS, shape_operations=SHAPES, colour_operations=COLOURS, operation_strength=1.0
    )
    shapes, colours = ([one for name in names for one in theirs[name]] for names in (SHAPES, COLOURS))
    transforms = [*theirs["warp"], of.OneOf(shapes, p=1), *theirs["factors"], of.OneOf(colours, p=1)]
    whole = of.Compose(transforms, seed=0)

    def seeded() -> None:
        for place, image in enumerate(images):
            whole.set_random_seed(place)
            whole(image=image)

    ours = _ours(images, everything)
    _report("all of them, one of each family", ours, _by_them(images, transforms), options)
    _report("the same, each image seeded by its place", ours, seeded, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--size", type=int, default=224)
    return parser.parse_args()


def _images(options: argparse.Namespace) -> list[Any]:
    """Soft blots, which JPEG finds about as hard to write as skin."""
    generator = np.random.default_rng(0)
    found = []
    for _ in range(options.images):
        coarse = generator.integers(40, 230, (12, 12, 3), dtype=np.uint8)
        large = cv2.resize(coarse, (options.size, options.size), interpolation=cv2.INTER_CUBIC).astype(float)
        found.append((large + generator.normal(0, 4, large.shape)).clip(0, 255).astype(np.uint8))
    return found


def _only(name: str) -> Augmentation:
    family = "shape_operations" if name in SHAPES else "colour_operations"
    return Augmentation(**{family: (name,)}, operation_strength=1.0)


def _ours(images: list[Any], augmentation: Augmentation) -> Way:
    size = images[0].shape[:2]

    def run() -> None:
        for image, drawn in zip(images, draw(augmentation, size, 0, 0, range(len(images))), strict=True):
            augment(image, drawn)

    return run


def _by_them(images: list[Any], transforms: list[Any]) -> Way:
    import albumentations

    compose = albumentations.Compose(transforms, seed=0)
    return lambda: [compose(image=image)["image"] for image in images]


def _theirs(of: Any) -> dict[str, list[Any]]:
    """For each of our operations what does the same, or nearly."""
    reflect = {"border_mode": cv2.BORDER_REFLECT}
    return {
        "warp": [
            of.HorizontalFlip(p=0.5),
            of.VerticalFlip(p=0.5),
            of.Affine(
                rotate=(-180, 180), scale=(0.85, 1.15), translate_percent=(-0.05, 0.05), p=1, **reflect
            ),
        ],
        "factors": [of.ColorJitter(brightness=0.15, contrast=0.15, saturation=0.15, hue=0, p=1)],
        "shear": [of.Affine(shear=(-17, 17), p=1, **reflect)],
        "stretch": [of.Affine(scale={"x": (0.85, 1.18), "y": (0.85, 1.18)}, p=1, **reflect)],
        "lens": [of.OpticalDistortion(distort_limit=0.4, p=1, **reflect)],
        "erasing": [of.Erasing(scale=(0.01, 0.25), ratio=(0.33, 3.0), p=1)],
        "hue": [of.HueSaturationValue(hue_shift_limit=18, sat_shift_limit=0, val_shift_limit=0, p=1)],
        "cast": [of.RGBShift(p=1)],
        "gamma": [of.RandomGamma(gamma_limit=(50, 200), p=1)],
        "noise": [of.GaussNoise(std_range=(0.0, 0.1), p=1)],
        "blur": [of.GaussianBlur(sigma_limit=(0.1, 2.2), blur_limit=0, p=1)],
        "jpeg": [of.ImageCompression(quality_range=(20, 95), p=1)],
        "vignette": [of.Illumination(mode="gaussian", p=1)],
    }


def _report(name: str, ours: Way, theirs: Way, options: argparse.Namespace) -> None:
    ours(), theirs()  # warm up
    times: list[tuple[float, float]] = [(_seconds(ours), _seconds(theirs)) for _ in range(options.rounds)]
    mine, other = (statistics.median(column) / options.images * 1e6 for column in zip(*times, strict=True))
    ratio = statistics.median(second / first for first, second in times)
    print(f"| {name} | {mine:.0f} | {other:.0f} | {ratio:.1f} |", flush=True)


def _seconds(way: Way) -> float:
    start = time.process_time()
    way()
    return time.process_time() - start


if __name__ == "__main__":
    main()
