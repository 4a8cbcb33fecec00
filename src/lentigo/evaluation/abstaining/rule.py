"""What a run or a bundle abstains by: fitted sets and a fitted score of strangeness; to and from files.

NumPy alone: a run and its bundle abstain by the very same code. Numbers travel as JSON, arrays as plain
float32 values one after the other (little-endian), their names and shapes being in the JSON: such a file
cannot hold anything but numbers, nor unfold into more of them than it has bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.evaluation.abstaining.conformal import Conformal
from lentigo.evaluation.abstaining.unknown_scores import SCORES, Output, Outputs
from lentigo.evaluation.metrics import Floats, Ints

ARRAYS_FILE = "abstaining.f32"
UNKNOWN_REASON = "looks unlike the images that the model knows"
NUM_QUANTILES = 101

Json = dict[str, Any]


@dataclass(frozen=True)
class Unknown:
    """A fitted score of how unlike the training images an image is, and from where on that is too much."""

    score: str
    """A key of `SCORES`."""
    threshold: float
    """Scores above it are called unknown; infinite where there were too few groups to tell."""
    false_alarm: float
    """Share of known images, 0 to 1, that the threshold is meant to turn away."""
    quantiles: Floats
    """(101,) scores of the images fitted on, from the lowest to the highest, in steps of 1 %."""
    arrays: Mapping[str, NDArray[np.float32]] = field(default_factory=dict, repr=False)

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What is judged."""
        return SCORES[self.score].outputs

    def judge(self, outputs: Outputs) -> Floats:
        """Scores (N,) of what it judges, each (N, ...)."""
        wide = {name: np.asarray(one, np.float64) for name, one in outputs.items()}
        return SCORES[self.score].judge(wide, self.arrays)

    def scaled(self, outputs: Outputs) -> Unknown:
        """The same score, read by what known images are, of which it was not fitted: outputs (N, ...)."""
        return replace(self, arrays=SCORES[self.score].scale(outputs, dict(self.arrays)))

    def strangeness(self, scores: Floats) -> Floats:
        """Scores (N,) as shares in [0, 1] of known images that are less strange."""
        return np.interp(scores, self.quantiles, np.linspace(0, 1, len(self.quantiles)))

    def outlier_share(self, scores: Floats, num_classes: int) -> Floats:
        """How much (N,) of each answer, in [0, 1], goes to an outlier class beside K known ones.

        It grows with the strangeness. Where the score calls an image unknown it is more than a half;
        elsewhere at most 1 / 2K, less than what is left for the class that the network answers.
        """
        strangeness = self.strangeness(scores)
        is_unknown = scores > self.threshold
        return np.where(is_unknown, (1 + strangeness) / 2, strangeness / (2 * num_classes))


@dataclass(frozen=True)
class Abstaining:
    """When a network's answer is not to be taken as one."""

    conformal: Conformal
    unknown: Unknown | None
    fitted_on: Json
    """part, n_images, n_groups."""


@dataclass(frozen=True)
class Abstention:
    """What is said about one image beside its answer."""

    prediction_set: tuple[int, ...] | None = None
    """Places of the classes, the most probable first; None where nothing was fitted."""
    unknown_score: float | None = None
    is_unknown: bool | None = None


def abstain(
    abstaining: Abstaining | None, probabilities: Floats, answered: Ints, outputs: Outputs | None
) -> list[Abstention]:
    """Sets, and who is unknown, for N images.

    Args:
        abstaining: what was fitted; None gives answers that say nothing.
        probabilities: (N, K), those finally shown.
        answered: (N,) the class told as the answer.
        outputs: what `abstaining.unknown` reads, each (N, ...); None where that is not at hand.
    """
    if abstaining is None:
        return [Abstention()] * len(probabilities)
    sets = abstaining.conformal.sets(probabilities, answered)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    found = [tuple(int(place) for place in row if sets[image, place]) for image, row in enumerate(order)]
    unknown = abstaining.unknown
    if unknown is None or outputs is None:
        return [Abstention(one) for one in found]
    scores = unknown.judge(outputs).tolist()
    return [
        Abstention(one, score, score > unknown.threshold) for one, score in zip(found, scores, strict=True)
    ]


def abstaining_json(abstaining: Abstaining) -> Json:
    """All but the arrays; null stands for infinite."""
    conformal, unknown = abstaining.conformal, abstaining.unknown
    return {
        "prediction_set": {
            "method": conformal.method,
            "by_class": conformal.is_by_class,
            "error": conformal.error,
            "thresholds": [_finite(value) for value in conformal.thresholds.tolist()],
        },
        "unknown": None
        if unknown is None
        else {
            "score": unknown.score,
            "threshold": _finite(unknown.threshold),
            "false_alarm": unknown.false_alarm,
            "quantiles": unknown.quantiles.tolist(),
            "arrays": [{"name": name, "shape": list(one.shape)} for name, one in unknown.arrays.items()],
        },
        "fitted_on": abstaining.fitted_on,
    }


def arrays_bytes(abstaining: Abstaining) -> bytes:
    """The content of `abstaining.f32`; empty where the score needs no arrays."""
    arrays = {} if abstaining.unknown is None else abstaining.unknown.arrays
    return b"".join(np.ascontiguousarray(one, dtype="<f4").tobytes() for one in arrays.values())


def read_abstaining(values: Mapping[str, Any], content: bytes) -> Abstaining:
    """Read what `abstaining_json` and `arrays_bytes` made.

    Raises:
        ValueError: the content has not the length that the shapes ask for.
    """
    sets, unknown = values["prediction_set"], values["unknown"]
    thresholds = np.array([_infinite(one) for one in sets["thresholds"]], dtype=np.float64)
    return Abstaining(
        Conformal(sets["method"], sets["by_class"], float(sets["error"]), thresholds),
        None
        if unknown is None
        else Unknown(
            unknown["score"],
            _infinite(unknown["threshold"]),
            float(unknown["false_alarm"]),
            np.array(unknown["quantiles"], dtype=np.float64),
            _arrays(unknown["arrays"], content),
        ),
        dict(values["fitted_on"]),
    )


def _arrays(listed: list[Json], content: bytes) -> dict[str, NDArray[np.float32]]:
    counts = [int(np.prod(one["shape"], dtype=object)) for one in listed]
    if 4 * sum(counts) != len(content):
        raise ValueError(f"{ARRAYS_FILE} has {len(content)} bytes, expected {4 * sum(counts)}")
    numbers = np.frombuffer(content, dtype="<f4").astype(np.float32)
    ends = np.cumsum(counts)
    return {
        one["name"]: numbers[end - count : end].reshape(one["shape"])
        for one, count, end in zip(listed, counts, ends, strict=True)
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _infinite(value: float | None) -> float:
    return float("inf") if value is None else float(value)
