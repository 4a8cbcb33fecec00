"""The key `abstaining` of `bundle.json`: strict reading, so that a wrong value stops before any answer."""

from __future__ import annotations

import math
from typing import Any

from lentigo.evaluation.abstaining.conformal import NONCONFORMITY
from lentigo.evaluation.abstaining.rule import ARRAYS_FILE, NUM_QUANTILES, Abstaining, read_abstaining
from lentigo.evaluation.abstaining.unknown_scores import SCORES, check_arrays
from lentigo.settings.errors import BundleError

LARGEST = 1e12


def is_abstaining(value: Any) -> bool:
    """Whether it is null, or thresholds for sets and for a score."""
    if value is None:
        return True
    if not _has_keys(value, "prediction_set", "unknown", "fitted_on"):
        return False
    is_fitted_on = isinstance(value["fitted_on"], dict)
    return is_fitted_on and _is_prediction_set(value["prediction_set"]) and _is_unknown(value["unknown"])


def abstaining_problems(values: dict[str, Any]) -> list[str]:
    """What `abstaining` alone cannot show: as many thresholds as classes, and the arrays' file listed."""
    abstaining, classes = values.get("abstaining"), values.get("classes")
    if abstaining is None or not is_abstaining(abstaining) or not isinstance(classes, list):
        return []
    problems = []
    count = len(abstaining["prediction_set"]["thresholds"])
    if count != len(classes):
        problems.append(f"abstaining: for {count} classes, not for {len(classes)}")
    unknown, files = abstaining["unknown"], values.get("files")
    needs_file = bool(unknown and unknown["arrays"])
    if isinstance(files, dict) and needs_file != (ARRAYS_FILE in files):
        problems.append(f"files: {ARRAYS_FILE} has to be there exactly where `abstaining` lists arrays")
    return problems


def open_abstaining(value: dict[str, Any] | None, content: bytes, num_channels: int) -> Abstaining | None:
    """What a bundle abstains by.

    Args:
        value: `abstaining` of `bundle.json`.
        content: of `abstaining.f32`; empty where there is none.
        num_channels: of the network's features.

    Raises:
        BundleError: the arrays are not those listed, or do not fit the network.
    """
    if value is None:
        return None
    try:
        found = read_abstaining(value, content)
    except (ValueError, OverflowError) as error:
        raise BundleError(f"{ARRAYS_FILE} cannot be used: {error}; export the run again") from error
    unknown = found.unknown
    problem = "" if unknown is None else check_arrays(unknown.score, unknown.arrays, num_channels)
    if problem:
        raise BundleError(f"{ARRAYS_FILE} does not fit the network: {problem}; export the run again")
    return found


def _is_prediction_set(value: Any) -> bool:
    return (
        _has_keys(value, "method", "by_class", "error", "thresholds")
        and value["method"] in tuple(NONCONFORMITY)
        and isinstance(value["by_class"], bool)
        and _is_share(value["error"])
        and isinstance(value["thresholds"], list)
        and all(one is None or _is_number(one) for one in value["thresholds"])
    )


def _is_unknown(value: Any) -> bool:
    if value is None:
        return True
    return (
        _has_keys(value, "score", "threshold", "false_alarm", "quantiles", "arrays")
        and value["score"] in tuple(SCORES)
        and (value["threshold"] is None or _is_number(value["threshold"]))
        and _is_share(value["false_alarm"])
        and _is_rising(value["quantiles"])
        and isinstance(value["arrays"], list)
        and all(map(_is_array, value["arrays"]))
    )


def _is_rising(value: Any) -> bool:
    is_list = isinstance(value, list) and len(value) == NUM_QUANTILES and all(map(_is_number, value))
    return is_list and value == sorted(value)


def _is_array(value: Any) -> bool:
    if not _has_keys(value, "name", "shape") or not isinstance(value["name"], str):
        return False
    shape = value["shape"]
    if not isinstance(shape, list) or not shape:
        return False
    return all(isinstance(side, int) and not isinstance(side, bool) and side > 0 for side in shape)


def _has_keys(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and value.keys() == set(keys)


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 < value < 1


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and abs(value) <= LARGEST
