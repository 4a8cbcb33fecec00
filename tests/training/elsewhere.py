"""Runs as the backend of this process sees them: trained unless they are finished, then asked.

    KERAS_BACKEND=jax python elsewhere.py DATA RUN ...

leaves `RUN/seen.npz`: probabilities (N, K), the same with metadata told, and saliency
maps (N, H, W) of the validation part.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from lentigo.data.cache import open_cache
from lentigo.data.manifest import load_manifest
from lentigo.data.split import load_split
from lentigo.explanation.gradcam import grad_cam
from lentigo.settings.run import RunDirectory
from lentigo.training.inference import known_of, load_network, predict_images
from lentigo.training.run import train_network


def see(data: Path, folder: Path) -> dict[str, np.ndarray]:
    """Train the run in `folder` by its own recipe, unless it is finished, and ask it."""
    manifest, split = load_manifest(data), load_split(data / "split.csv")
    recipe = RunDirectory(folder).recipe()
    run = train_network(recipe, manifest, split, folder)
    images = open_cache(manifest, recipe.input).images[split.rows(manifest, "validation")]
    network, known = load_network(run), known_of(recipe, manifest, split.rows(manifest, "validation"))
    return {
        "probabilities": predict_images(network, images),
        "told": predict_images(network, images, known=known),
        "maps": grad_cam(network, images),
    }


if __name__ == "__main__":
    for path in map(Path, sys.argv[2:]):
        np.savez(path / "seen.npz", **see(Path(sys.argv[1]), path))
