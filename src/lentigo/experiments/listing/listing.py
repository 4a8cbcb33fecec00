"""A folder in; every run below it, with its figures and what its recipe has that others have not, out."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lentigo.evaluation.evaluate import evaluated_parts
from lentigo.settings.errors import LentigoError, RunError
from lentigo.settings.members import is_several
from lentigo.settings.run import RunDirectory

PARTS = ("out-of-fold", "validation", "test")
FIGURES = ("balanced_accuracy", "roc_auc")
MALIGNANT_FIGURE = "roc_auc"


def list_runs(folder: str | Path) -> dict[str, Any]:
    """Gather what the runs below a folder say of themselves; nothing is computed anew.

    Args:
        folder: looked through at any depth; folds of a cross-validation and trials of a search are runs too.

    Returns:
        `folder`; `runs`, the best on validation first, those without figures last: path (relative), name,
        status, started, seconds, split_hash, `differs` (recipe key -> value, where not what most runs have),
        parts (part -> n_images, leaked, figures with intervals), test_looks, and error (why a run cannot be
        read, else empty); `split_hashes`, how many there are: figures of other splits are of other images.

    Raises:
        RunError: there is no such folder, or no run in it.
    """
    place = Path(folder)
    if not place.is_dir():
        raise RunError(f"{place} is no folder; give one that runs lie in")
    found = [_listed(place, path) for path in sorted(place.rglob("run.json"))]
    if not found:
        raise RunError(f"no run lies in {place}; `lentigo train RECIPE ... --out {place}/NAME` makes one")
    _tell_differences(found)
    found.sort(key=_rank)
    hashes = {run["split_hash"] for run in found if run["split_hash"]}
    return {"folder": str(place), "runs": found, "split_hashes": len(hashes)}


def _listed(place: Path, file: Path) -> dict[str, Any]:
    """One run; one that is damaged is listed with the reason."""
    empty = {"name": "", "status": "", "started": "", "seconds": None, "split_hash": "", "test_looks": 0}
    facts: dict[str, Any] = {
        "path": file.parent.relative_to(place).as_posix(),
        **empty,
        "settings": {},
        "parts": {},
        "error": "",
    }
    try:
        return {**facts, **_facts(RunDirectory(file.parent))}
    except LentigoError as error:
        return {**facts, "status": "damaged", "error": str(error)}


def _facts(run: RunDirectory) -> dict[str, Any]:
    record = run.record()
    return {
        "name": record["name"],
        "status": "several" if is_several(run) else record.get("status") or "",
        "started": record.get("started") or "",
        "seconds": record.get("seconds"),
        "split_hash": (record.get("split") or {}).get("hash", ""),
        "test_looks": len(record.get("test_looks") or ()),
        "settings": _settings(run),
        "parts": dict(_figures(evaluated_parts(run.evaluation_file))),
    }


def _settings(run: RunDirectory) -> dict[str, Any]:
    """Every key of the recipe with its value; none where the directory has no recipe of its own."""
    if not run.recipe_file.is_file():
        return {}
    return dict(_flat(tomllib.loads(run.recipe_text()), ""))


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        pairs = [(f"{path}.{name}" if path else name, inner) for name, inner in value.items()]
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        pairs = [(f"{path}.{place}", inner) for place, inner in enumerate(value)]
    else:
        yield path, value
        return
    for where, inner in pairs:
        yield from _flat(inner, where)


def _figures(parts: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in PARTS:
        if part in parts:
            figures = parts[part]
            malignant = (figures.get("malignant_vs_benign") or {}).get("metrics", {})
            yield (
                part,
                {
                    "n_images": figures["n_images"],
                    "leaked": bool(figures["leaked"]),
                    **{name: figures["metrics"].get(name) for name in FIGURES},
                    "malignant_roc_auc": malignant.get(MALIGNANT_FIGURE),
                },
            )


def _tell_differences(runs: list[dict[str, Any]]) -> None:
    """Put `differs` in the place of `settings`: of each run what is not what most runs have."""
    settings = [run.pop("settings") for run in runs]
    known = [each for each in settings if each]
    keys = list(dict.fromkeys(key for each in known for key in each if key != "name"))
    usual = {key: Counter(repr(each.get(key)) for each in known).most_common(1)[0][0] for key in keys}
    for run, own in zip(runs, settings, strict=True):
        run["differs"] = {key: own.get(key) for key in keys if own and repr(own.get(key)) != usual[key]}


def _rank(run: Mapping[str, Any]) -> tuple[bool, float, str]:
    """By validation, never by test: who chooses by test has used it up."""
    part = run["parts"].get("out-of-fold") or run["parts"].get("validation") or {}
    value = (part.get("balanced_accuracy") or {}).get("value")
    return value is None, -(value or 0.0), run["path"]
