"""What a network makes of an image, or its pixels, in; how unlike its training images it is, out.

Higher is stranger. A score is one row of `SINGLE`: what it reads, how it is fitted on training images, and
how it judges others. NumPy alone, but for fitting the Mahalanobis distance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lentigo.evaluation.metrics import Floats, Ints

Arrays = Mapping[str, NDArray[np.float32]]
Output = Literal["logits", "features", "pixels"]
"""Logits (N, K), pooled features (N, C), or `pixel_figures` (N, P) of the images as the network sees them."""
Outputs = Mapping[Output, NDArray[Any]]

NEIGHBOUR_SHARE = 0.01
"""The neighbour whose distance counts, as a share of the bank (Sun et al. take 1 %)."""
LEAST_DEVIATION = 0.02
"""Of a pixel figure: drawn training images may agree to the last digit, and nothing else would."""
BLOCK_CELLS = 2**22
"""Distances that are computed at once."""


def maximum_probability(logits: NDArray[Any], arrays: Arrays) -> Floats:
    """One less the largest probability, (N,), of logits (N, K) (Hendrycks and Gimpel, 2017)."""
    del arrays
    return np.asarray(1.0 - 1.0 / np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1))


def energy(logits: NDArray[Any], arrays: Arrays) -> Floats:
    """Free energy, -log sum exp of the logits, (N,) (Liu, Wang, Owens and Li, 2020; temperature 1)."""
    del arrays
    largest = logits.max(axis=1)
    return np.asarray(-largest - np.log(np.exp(logits - largest[:, np.newaxis]).sum(axis=1)))


def mahalanobis(features: NDArray[Any], arrays: Arrays) -> Floats:
    """Squared distance (N,) to the nearest class mean, by the classes' shared covariance (Lee et al., 2018).

    Args:
        features: (N, C).
        arrays: `whitening` (C, C), by which features are multiplied so that their covariance is 1, and
            `means` (K, C) of the classes after that.
    """
    whitened = np.asarray(features, np.float64) @ arrays["whitening"].astype(np.float64)
    distances = _squared_distances(whitened, arrays["means"].astype(np.float64))
    return np.asarray(distances.min(axis=1), np.float64)


def nearest_neighbour(features: NDArray[Any], arrays: Arrays) -> Floats:
    """Distance (N,) to the k-th nearest training image, all features scaled to length 1 (Sun et al., 2022).

    Args:
        features: (N, C).
        arrays: `bank` (M, C); k is `NEIGHBOUR_SHARE` of M.
    """
    bank = arrays["bank"].astype(np.float64)
    place = max(1, round(NEIGHBOUR_SHARE * len(bank))) - 1
    rows = max(1, BLOCK_CELLS // len(bank))
    found = [
        np.partition(_squared_distances(_unit(features[start : start + rows]), bank), place, axis=1)[:, place]
        for start in range(0, len(features), rows)
    ]
    return np.asarray(np.sqrt(np.concatenate([np.zeros(0), *found])), np.float64)


def pixel_statistics(figures: NDArray[Any], arrays: Arrays) -> Floats:
    """Squared Mahalanobis distance (N,) of pixel figures (N, P) from those of training images.

    Args:
        figures: of `pixel_figures`.
        arrays: `centre` (P,), and `whitening` (P, P) of what is left.
    """
    whitened = (np.asarray(figures, np.float64) - arrays["centre"]) @ arrays["whitening"].astype(np.float64)
    return np.asarray((whitened**2).sum(axis=1), np.float64)


def fit_nothing(values: NDArray[Any], truth: Ints) -> dict[str, NDArray[np.float32]]:
    """Scores that read logits need no training images."""
    del values, truth
    return {}


def fit_mahalanobis(features: NDArray[Any], truth: Ints) -> dict[str, NDArray[np.float32]]:
    """Class means and shared covariance, shrunk as Ledoit and Wolf (2004), of features (M, C), truth (M,).

    The shrunk covariance is (1 - r) S + r m I: along the M directions that the images span its eigenvalues
    follow from singular values, in all others they are r m, so that few images cost little.
    """
    from sklearn.covariance import ledoit_wolf_shrinkage

    used = np.asarray(features, np.float64)
    present, places = np.unique(truth, return_inverse=True)
    means = np.stack([used[truth == index].mean(axis=0) for index in present])
    centred = used - means[places]
    mean_variance = max(float((centred**2).mean()), 1e-12)
    share = ledoit_wolf_shrinkage(centred, assume_centered=True)
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    # a feature that never varies would divide by 0
    least = max(share, 1e-6) * mean_variance
    spanned = (1 - share) * singular**2 / len(used) + least
    stretch = (1 / np.sqrt(spanned) - 1 / np.sqrt(least))[:, np.newaxis]
    whitening = np.eye(used.shape[1]) / np.sqrt(least) + directions.T @ (stretch * directions)
    return {"whitening": whitening.astype(np.float32), "means": (means @ whitening).astype(np.float32)}


def fit_pixel_statistics(figures: NDArray[Any], truth: Ints) -> dict[str, NDArray[np.float32]]:
    """Mean and shrunk covariance of pixel figures (M, P), each in units of its own deviation."""
    del truth
    centre, deviation = figures.mean(axis=0), np.maximum(figures.std(axis=0), LEAST_DEVIATION)
    fitted = fit_mahalanobis((figures - centre) / deviation, np.zeros(len(figures), np.int64))
    whitening = fitted["whitening"] / deviation[:, np.newaxis]
    return {"centre": centre.astype(np.float32), "whitening": whitening.astype(np.float32)}


def fit_nearest_neighbour(features: NDArray[Any], truth: Ints) -> dict[str, NDArray[np.float32]]:
    """The bank is the training images' features (M, C), scaled to length 1."""
    del truth
    return {"bank": _unit(features).astype(np.float32)}


@dataclass(frozen=True)
class UnknownScore:
    """One row of the table of scores."""

    title: str
    outputs: tuple[Output, ...]
    """What it reads."""
    shapes: Mapping[str, str]
    """Its arrays by name, and their axes: C channels, P pixel figures, S scores asked, 2 two, others any."""
    fit: Callable[[Outputs, Ints], dict[str, NDArray[np.float32]]]
    """Outputs of training images (M, ...) and their truth (M,) to arrays."""
    judge: Callable[[Outputs, Arrays], Floats]
    """Outputs (N, ...) and arrays to scores (N,)."""
    scale: Callable[[Outputs, dict[str, NDArray[np.float32]]], dict[str, NDArray[np.float32]]] = (
        lambda _outputs, arrays: arrays
    )
    """Outputs of known images that were not fitted on, and arrays, to arrays that can judge."""


def _reading(
    title: str,
    output: Output,
    shapes: Mapping[str, str],
    fit: Callable[[NDArray[Any], Ints], dict[str, NDArray[np.float32]]],
    judge: Callable[[NDArray[Any], Arrays], Floats],
) -> UnknownScore:
    """A score that reads one output."""
    return UnknownScore(
        title,
        (output,),
        shapes,
        lambda outputs, truth: fit(outputs[output], truth),
        lambda outputs, arrays: judge(outputs[output], arrays),
    )


SINGLE: dict[str, UnknownScore] = {
    "maximum_probability": _reading("maximum probability", "logits", {}, fit_nothing, maximum_probability),
    "energy": _reading("energy", "logits", {}, fit_nothing, energy),
    "mahalanobis": _reading(
        "Mahalanobis distance", "features", {"whitening": "CC", "means": "KC"}, fit_mahalanobis, mahalanobis
    ),
    "nearest_neighbour": _reading(
        "nearest neighbours", "features", {"bank": "MC"}, fit_nearest_neighbour, nearest_neighbour
    ),
    "pixel_statistics": _reading(
        "statistics of the pixels",
        "pixels",
        {"centre": "P", "whitening": "PP"},
        fit_pixel_statistics,
        pixel_statistics,
    ),
}


def _unit(features: NDArray[Any]) -> Floats:
    lengths = np.linalg.norm(np.asarray(features, np.float64), axis=1, keepdims=True)
    return np.asarray(features / np.maximum(lengths, 1e-12), np.float64)


def _squared_distances(first: Floats, second: Floats) -> Floats:
    """(N, M) of (N, C) and (M, C)."""
    squares = (first**2).sum(axis=1)[:, np.newaxis] + (second**2).sum(axis=1)
    return np.asarray(np.maximum(squares - 2 * first @ second.T, 0.0), np.float64)
