"""Lentigo: from dermoscopy images to a skin-lesion classifier you can believe and see into.

Every verb of the command line is a function here, by the same words: `lentigo data import` is
`lentigo.data_import`. Results are plain data that show themselves in a notebook.

Research and education only; not a medical device.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# ONNX Runtime (from 1.29 on) reports to its makers unless told not to before it starts
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from lentigo.data.manifest import load_manifest
    from lentigo.data.split import load_split
    from lentigo.data.splitters.by_group import StratifiedGroupKFold, StratifiedGroupShuffleSplit
    from lentigo.evaluation.any_metric import interval
    from lentigo.notebook.judging import (
        check_saliency,
        evaluate,
        evaluate_answers,
        evaluate_external,
        explain,
        export,
        export_web,
        fetch_runtime,
        forensics,
        score,
        submit,
    )
    from lentigo.notebook.predicting import doctor, load_bundle, predict, sbom
    from lentigo.notebook.preparing import (
        audit,
        data_cache,
        data_describe,
        data_download,
        data_import,
        data_link,
        data_synthesize,
        split,
    )
    from lentigo.notebook.results import load_run
    from lentigo.notebook.training import (
        backbones,
        compare,
        crossvalidate,
        demo,
        ensemble,
        keys,
        leak_pair,
        recipes,
        recipes_show,
        runs,
        search,
        study,
        train,
    )
    from lentigo.settings.toml import load_recipe

    __version__: str

_HOMES = {
    **dict.fromkeys(
        (
            "audit",
            "data_cache",
            "data_describe",
            "data_download",
            "data_import",
            "data_link",
            "data_synthesize",
            "split",
        ),
        "lentigo.notebook.preparing",
    ),
    **dict.fromkeys(
        (
            "backbones",
            "compare",
            "crossvalidate",
            "demo",
            "ensemble",
            "keys",
            "leak_pair",
            "recipes",
            "recipes_show",
            "runs",
            "search",
            "study",
            "train",
        ),
        "lentigo.notebook.training",
    ),
    **dict.fromkeys(
        (
            "check_saliency",
            "evaluate",
            "evaluate_answers",
            "evaluate_external",
            "explain",
            "export",
            "export_web",
            "fetch_runtime",
            "forensics",
            "score",
            "submit",
        ),
        "lentigo.notebook.judging",
    ),
    **dict.fromkeys(
        (
            "doctor",
            "load_bundle",
            "predict",
            "sbom",
        ),
        "lentigo.notebook.predicting",
    ),
    **dict.fromkeys(("load_run",), "lentigo.notebook.results"),
    "load_manifest": "lentigo.data.manifest",
    "load_split": "lentigo.data.split",
    "load_recipe": "lentigo.settings.toml",
    "StratifiedGroupKFold": "lentigo.data.splitters.by_group",
    "StratifiedGroupShuffleSplit": "lentigo.data.splitters.by_group",
    "interval": "lentigo.evaluation.any_metric",
}

__all__ = [
    "StratifiedGroupKFold",
    "StratifiedGroupShuffleSplit",
    "audit",
    "backbones",
    "check_saliency",
    "compare",
    "crossvalidate",
    "data_cache",
    "data_describe",
    "data_download",
    "data_import",
    "data_link",
    "data_synthesize",
    "demo",
    "doctor",
    "ensemble",
    "evaluate",
    "evaluate_answers",
    "evaluate_external",
    "explain",
    "export",
    "export_web",
    "fetch_runtime",
    "forensics",
    "interval",
    "keys",
    "leak_pair",
    "load_bundle",
    "load_manifest",
    "load_recipe",
    "load_run",
    "load_split",
    "predict",
    "recipes",
    "recipes_show",
    "runs",
    "sbom",
    "score",
    "search",
    "split",
    "study",
    "submit",
    "train",
]


def __getattr__(name: str) -> Any:
    """Import on first use, so that `import lentigo` is cheap and needs no training framework."""
    if name == "__version__":
        from importlib.metadata import version

        return version("lentigo")
    if name not in _HOMES:
        raise AttributeError(f"module 'lentigo' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """What there is, imported or not."""
    return [*globals(), *__all__]
