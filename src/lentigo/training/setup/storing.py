"""What a stage's frozen layers make of a few views of each image: computed once, put down, read ever after.

They lie beside the pixels they come from, in a folder named by a hash of all that they depend on: weights,
pixels, augmentation, size, precision, backend. Whatever training asks for the same, asks nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.data.cache import RESERVE_BYTES, alone, usable_bytes
from lentigo.data.stored_arrays import BLOCK, Keys, StoredArrays
from lentigo.models.frozen_part import LEAST_SHARE, Division
from lentigo.settings.files import require_room, sha256_of_text
from lentigo.settings.processes.interrupt import StopRequest
from lentigo.settings.recipe import Recipe, Stage
from lentigo.training import backend
from lentigo.training.batches.batches import Part
from lentigo.training.batches.mixing import is_mixing
from lentigo.training.batches.stored_views import PLAIN, ViewedPixels
from lentigo.training.inference import outputs_of

FOLDER = "stored"
"""Beside `images.npy`."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Place:
    """Where pixels lie, and what they are."""

    folder: Path
    facts: dict[str, Any]
    """What the cached pixels are made of."""


def keys_of(learnt: Part, watched: Part, num_views: int) -> Keys:
    """(row, view) of all that a stage reads: views of what it learns, the plain one of what it watches."""
    pairs = [(row, view) for view in range(1, num_views + 1) for row in np.sort(learnt.rows).tolist()]
    pairs += [(row, PLAIN) for row in np.sort(watched.rows).tolist()]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def gains(recipe: Recipe, stage: Stage, division: Division) -> bool:
    """Whether a stage is to be trained on stored activations, as far as the recipe says."""
    stored = recipe.stored
    if stored.when == "never" or is_mixing(recipe.augmentation) or division.share < LEAST_SHARE:
        return False
    return stored.when == "always" or stage.epochs > stored.views


def has_room(place: Place, num_bytes: int, budget_gib: float) -> bool:
    """Whether so many more bytes fit on the disk, and with those stored already into the budget."""
    stored = sum(file.stat().st_size for file in (place.folder / FOLDER).rglob("*") if file.is_file())
    return stored + num_bytes <= budget_gib * 2**30 and num_bytes <= usable_bytes(place.folder)


def facts_of(recipe: Recipe, division: Division, place: Place, precision: str) -> dict[str, Any]:
    """All that stored activations depend on, plain JSON."""
    digest = sha256_of_text("".join(_weight_digests(division)))
    facts = {
        "version": 1,
        "pixels": place.facts,
        "augmentation": asdict(recipe.augmentation),
        "scaling": recipe.input.scaling,
        "size": list(division.frozen.input.shape[1:3]),
        "backbone": recipe.model.backbone,
        "weights": digest,
        **({"encoder": division.encoder} if division.encoder else {}),
        "precision": precision,
        "backend": backend.backend_name(),
        "shape": list(division.shape),
        "type": recipe.stored.type,
    }
    return dict(json.loads(json.dumps(facts)))


def open_stored(place: Place, division: Division, facts: dict[str, Any]) -> StoredArrays:
    """The arrays of these facts, as far as they have been computed."""
    name = sha256_of_text(json.dumps(facts, sort_keys=True))[:16]
    return StoredArrays(place.folder / FOLDER / name, division.shape, facts["type"], facts)


@dataclass(frozen=True)
class Computing:
    """How activations are computed, and who is told."""

    division: Division
    pixels: ViewedPixels
    stop: StopRequest
    progress: Progress | None = None

    def complete(self, stored: StoredArrays, keys: Keys) -> None:
        """Compute those keys that are missing, block by block.

        Raises:
            FileError: there is no room for them.
        """
        if not len(stored.missing(keys)):
            return
        with alone(stored.folder):
            stored.reload()  # another process may have computed them meanwhile
            missing = stored.missing(keys)
            require_room(stored.folder, len(missing) * stored.num_bytes, RESERVE_BYTES)
            for start in range(0, len(missing), BLOCK):
                block = missing[start : start + BLOCK]
                stored.append(block, self._activations(block))
                if self.progress:
                    self.progress(len(keys) - len(missing) + start + len(block), len(keys))

    def _activations(self, keys: Keys) -> NDArray[np.float32]:
        return outputs_of(self.division.frozen, self._images(keys))

    def _images(self, keys: Keys) -> Iterable[NDArray[np.uint8]]:
        for row, view in keys:
            self.stop.check()
            yield self.pixels.read(np.array([row]), np.array([view]))[0]


def _weight_digests(division: Division) -> Iterable[str]:
    """A digest of each weight of the frozen part, in order."""
    for weight in division.frozen.get_weights():
        yield hashlib.blake2b(np.ascontiguousarray(weight).data, digest_size=16).hexdigest()
