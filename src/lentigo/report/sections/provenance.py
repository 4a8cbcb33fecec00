"""The record of a run and its evaluation in, the pairs of the reproduce box out: versions, hashes, times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lentigo.report.drawing.numbers import UNDEFINED, seconds_text


def provenance(record: Mapping[str, Any], evaluation: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, value) pairs in the order to show; what the record does not hold is "undefined"."""
    if answers := evaluation.get("answers"):
        return _of_table(record, answers, evaluation)
    manifest, split = record.get("manifest") or {}, record.get("split") or {}
    looks = record.get("test_looks")
    return [
        ("trained", _told(record.get("started"))),
        ("training time", seconds_text(record.get("seconds"))),
        ("backend", _told(record.get("backend"))),
        ("seed", _told(record.get("seed"))),
        ("manifest", _told(manifest.get("path"))),
        ("manifest sha256", _told(manifest.get("sha256"))),
        ("split", _told(split.get("path"))),
        ("split hash", _told(evaluation.get("split_hash") or split.get("hash"))),
        ("looks at the test part", str(len(looks)) if isinstance(looks, list) else _told(looks)),
        ("intervals", _intervals(evaluation)),
        *((str(name), str(version)) for name, version in (record.get("versions") or {}).items()),
    ]


def _of_table(
    record: Mapping[str, Any], answers: Mapping[str, Any], evaluation: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Of a stranger's predictions: what they are, for nobody knows how they were made."""
    checked = "looked for in what was learnt from" if answers.get("leak_checked") else "not checked"
    return [
        ("answers", _told(answers.get("name"))),
        ("answers sha256", _told(answers.get("sha256"))),
        ("read as", _told(answers.get("read_as"))),
        ("columns", ", ".join(f"{name} = {column}" for name, column in answers["columns"].items())),
        ("columns left aside", ", ".join(answers["aside"]) or "none"),
        ("truths without an answer", _told(answers.get("n_truths_without_answer"))),
        ("answers without a truth", _told(answers.get("n_answers_without_truth"))),
        ("leaks", checked),
        ("intervals", _intervals(evaluation)),
        *((str(name), str(version)) for name, version in (record.get("versions") or {}).items()),
    ]


def malignant_classes(record: Mapping[str, Any], evaluation: Mapping[str, Any]) -> list[str]:
    """The classes that count as malignant; of a binary task, those that were folded into `malignant`."""
    named = list((evaluation.get("malignant_vs_benign") or {}).get("malignant") or [])
    recorded = list(record.get("malignant") or [])
    return named if evaluation.get("class_map") else recorded or named


def _intervals(evaluation: Mapping[str, Any]) -> str:
    """How the intervals were drawn."""
    method = evaluation.get("intervals") or {}
    if not method:
        return UNDEFINED
    resamples = f"{method.get('num_resamples', UNDEFINED)} resamples, seed {method.get('seed', UNDEFINED)}"
    return f"{100 * method.get('level', 0.95):.0f} %, {_told(method.get('method'))}, {resamples}"


def _told(value: object) -> str:
    return UNDEFINED if value is None or value == "" else str(value)
