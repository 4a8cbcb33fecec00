"""A run of pairs, and the photographs of some lesions, in; an answer a lesion out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lentigo.api.bundling.beside import known_beside
from lentigo.api.bundling.prediction import read_image
from lentigo.api.challenges.lesion_files import LesionFiles
from lentigo.data.metadata.encoding import NOTHING, encoding_of
from lentigo.data.metadata.lesion_pairs import stacked
from lentigo.evaluation.metrics import Floats
from lentigo.settings.errors import DataError, ImageError, several
from lentigo.settings.recipe import Input
from lentigo.settings.run import RunDirectory

Pair = list[Path | None]
Pixels = NDArray[np.uint8]
Progress = Callable[[int, int], None]


def answer_pairs(
    run: RunDirectory, chosen: LesionFiles, metadata: str | Path | None, progress: Progress | None = None
) -> tuple[list[str], Floats, list[Pair]]:
    """Ask a network about both photographs of each lesion at once.

    Args:
        run: one network, trained on pairs.
        chosen: the files; a lesion may lack one of its photographs.
        metadata: what is known beside them, by the name of a lesion's first photograph; for a network that
            takes it.
        progress: called with (done, total) lesions.

    Returns:
        Lesions (L), probabilities (L, K) and the photographs of each.

    Raises:
        DataError: files that cannot be used; names them all.
    """
    from lentigo.training.inference import load_network, predict_images

    recipe, pairs = run.recipe(), chosen.pairs()
    files = list(pairs.values())
    encoding, known = encoding_of(recipe.metadata), None
    if encoding is not None:
        anchors = [next(file for file in pair if file is not None) for pair in files]
        known = encoding.encode(known_beside(run, anchors, NOTHING, metadata))
    bad: list[str] = []
    stream = _stream(files, recipe.input, bad, progress)
    found = predict_images(load_network(run), stream, known=known)
    if bad:
        raise DataError(several("a submission answers every lesion; these images cannot be used:", bad))
    return list(pairs), found, files


def pair_pixels(pair: Pair, image: Input) -> Pixels:
    """Both photographs of a lesion as one image (2 H, W, 3).

    Raises:
        ImageError: a file, and why it cannot be used.
    """
    black = np.zeros((image.height, image.width, 3), np.uint8)
    upper, lower = (black if file is None else read_image(file, image) for file in pair)
    return stacked(upper, lower)


def _stream(files: list[Pair], image: Input, bad: list[str], progress: Progress | None) -> Iterator[Pixels]:
    """Every pair; adds to `bad` what cannot be read, in the place of which stands black."""
    for done, pair in enumerate(files, start=1):
        try:
            yield pair_pixels(pair, image)
        except ImageError as error:
            bad.append(str(error))
            yield pair_pixels([None, None], image)
        if progress:
            progress(done, len(files))
