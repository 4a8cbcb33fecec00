"""Times the input path against what it replaces, and prints one table.

    python benchmarks/input_path.py [FOLDER] [--images 32] [--rounds 5] [--size 224]

FOLDER holds JPEG files for decoding; without it some are drawn. Opponents take turns in every round, and what
is compared is the ratio within a round (median over rounds). Everything runs on one thread, and it is the
processor's time that counts, so that other work on the machine does not.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import cv2
import numpy as np
from PIL import Image

from lentigo.data.images.pixels import decode
from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.augmentation import augment, draw

GEOMETRY = Augmentation(horizontal_flip=True, rotation=0.1, zoom=0.1)
COLOUR = Augmentation(brightness=0.2, contrast=0.2, saturation=0.2)
BOTH = Augmentation(
    horizontal_flip=True, rotation=0.1, zoom=0.1, brightness=0.2, contrast=0.2, saturation=0.2
)

Contest = dict[str, Callable[[], object]]


def main() -> None:
    options = _options()
    cv2.setNumThreads(1)
    files = sorted(Path(options.folder).rglob("*.jpg"))[: options.images] if options.folder else []
    with tempfile.TemporaryDirectory() as folder:
        files = files or _drawn_files(Path(folder), options.images)
        sizes = sorted({Image.open(file).size for file in files})
        print(f"{len(files)} JPEG files, {sizes[0]} to {sizes[-1]}; to {options.size} x {options.size}")
        print("\n| contest | way | images/s of one core | times the first |\n|---|---|---|---|")
        _report("decode", _decoders(files, options.size), len(files), options.rounds)
        _report("augment", _augmenters(options), options.images, options.rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--images", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=224)
    return parser.parse_args()


def _drawn_files(folder: Path, count: int) -> list[Path]:
    rng = np.random.default_rng(0)
    for index in range(count):
        coarse = Image.fromarray(rng.integers(0, 256, (48, 64, 3), dtype=np.uint8))
        coarse.resize((1024, 768), Image.Resampling.BICUBIC).save(folder / f"{index:03}.jpg", quality=90)
    return sorted(folder.glob("*.jpg"))


def _decoders(files: list[Path], size: int) -> Contest:
    contents = [file.read_bytes() for file in files]

    def plain() -> None:
        for content in contents:
            with Image.open(io.BytesIO(content)) as image:
                np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR))

    def ours() -> None:
        for content in contents:
            decode(content, size, size, "squash")

    return {"Pillow, whole image, then resize": plain, "ours (`decode`, drafted)": ours}


def _augmenters(options: argparse.Namespace) -> Contest:
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (options.images, options.size, options.size, 3), dtype=np.uint8)
    layers = [
        keras.layers.RandomFlip("horizontal"),
        keras.layers.RandomRotation(0.1),
        keras.layers.RandomZoom(0.1),
    ]

    @tf.function
    def keras_layers(batch: tf.Tensor) -> tf.Tensor:
        for layer in layers:
            batch = layer(batch, training=True)
        return batch

    floats = tf.constant(images, tf.float32)

    def ours(augmentation: Augmentation) -> None:
        changes = draw(augmentation, images.shape[1:3], 0, 0, range(len(images)))
        for image, change in zip(images, changes, strict=True):
            augment(image, change)

    return {
        "Keras layers: flip, rotation, zoom": lambda: keras_layers(floats).numpy(),
        "ours: flip, rotation, zoom": lambda: ours(GEOMETRY),
        "ours: brightness, contrast, saturation": lambda: ours(COLOUR),
        "ours: all six": lambda: ours(BOTH),
    }


def _report(title: str, contest: Contest, num_images: int, rounds: int) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in contest}
    for work in contest.values():
        work()
    for _ in range(rounds):
        for name, work in contest.items():
            start = time.process_time()
            work()
            seconds[name].append(time.process_time() - start)
    first = next(iter(seconds.values()))
    for name, times in seconds.items():
        ratio = statistics.median(a / b for a, b in zip(first, times, strict=True))
        print(f"| {title} | {name} | {num_images / statistics.median(times):.0f} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
