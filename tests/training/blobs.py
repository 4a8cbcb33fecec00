"""Blobs of three colours as a manifest with a split: what a small network learns in seconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from lentigo.data.manifest import COLUMNS, Manifest, replace_manifest
from lentigo.data.split import Split, content_hash
from lentigo.settings.files import sha256_of
from lentigo.settings.recipe import Augmentation, HeadLayer, Input, Model, Recipe, Stage, Training

CLASS_NAMES = ("MEL", "NV", "BCC")
COLOURS = ((150, 60, 40), (60, 150, 40), (40, 60, 150))
HEIGHT, WIDTH = 24, 32
NUM_TRAIN, NUM_VALIDATION, NUM_TEST = 48, 18, 6


AUGMENTATION = Augmentation(
    horizontal_flip=True,
    flips="alternating",
    zoom=0.05,
    contrast=0.1,
    shape_operations=("lens", "hair"),
    colour_operations=("illumination", "noise"),
    operation_strength=0.3,
    operation_share=0.5,
    mixup=0.2,
    cutmix=1.0,
    mixing_share=0.25,
)
"""Some of everything that is drawn."""


def blob_images(num_images: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """uint8 (N, H, W, 3) and class indices (N,): a noisy ground with a blob in the colour of its class."""
    generator = np.random.default_rng(seed)
    labels = np.arange(num_images) % len(CLASS_NAMES)
    images = generator.integers(150, 220, (num_images, HEIGHT, WIDTH, 3))
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    for image, label in zip(images, labels, strict=True):
        y, x = generator.uniform(8, 16), generator.uniform(10, 22)
        inside = (rows - y) ** 2 + (columns - x) ** 2 < generator.uniform(4, 7) ** 2
        image[inside] = np.array(COLOURS[label]) + generator.integers(-30, 30, (inside.sum(), 3))
    return images.clip(0, 255).astype(np.uint8), labels.astype(np.int64)


def _known(index: int) -> dict[str, object]:
    """Age, sex and site that have nothing to do with the class; some are empty."""
    return {
        "age_years": (np.nan, 20.0, 37.5, 71.0)[index % 4],
        "sex": ("female", "", "male")[index // 3 % 3],
        "site": ("head/neck", "lower extremity", "elsewhere", "")[index // 5 % 4],
    }


def make_blob_data(folder: Path) -> tuple[Manifest, Split]:
    """A manifest of blob images with train, validation and test parts, every image its own group."""
    images, labels = blob_images(NUM_TRAIN + NUM_VALIDATION + NUM_TEST)
    (folder / "images").mkdir(parents=True)
    rows = []
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = folder / "images" / f"blob{index:03d}.png"
        Image.fromarray(image).save(path)
        facts = {"image_id": f"blob{index:03d}", "path": path.name, "class": CLASS_NAMES[label]}
        sizes = {"width": WIDTH, "height": HEIGHT, "sha256": sha256_of(path)}
        rows.append({**dict.fromkeys(COLUMNS, ""), **facts, **sizes, **_known(index)})
    manifest = replace_manifest(folder, pd.DataFrame(rows), folder / "images", CLASS_NAMES, {})
    ids = manifest.table["image_id"]
    parts = ["train"] * NUM_TRAIN + ["validation"] * NUM_VALIDATION + ["test"] * NUM_TEST
    table = pd.DataFrame({"image_id": ids, "group": ids, "part": parts, "fold": -1})
    return manifest, Split(table, content_hash(table))


def make_recipe(**training: object) -> Recipe:
    """Two short stages on the small network, with everything in it that has a memory."""
    head = (
        HeadLayer("pool"),
        HeadLayer("batchnorm"),
        HeadLayer("dropout", rate=0.3),
        HeadLayer("dense", units=16),
    )
    settings = Training(batch_size=8, optimizer="adamw", weight_decay=1e-4, average_weights=0.9)
    return Recipe(
        "blobs",
        input=Input(HEIGHT, WIDTH),
        augmentation=AUGMENTATION,
        model=Model(head=head),
        training=replace(settings, **training),  # type: ignore[arg-type]
        stages=(Stage(("head",), 1, 5e-3), Stage(("all",), 3, 5e-3, "cosine")),
    )
