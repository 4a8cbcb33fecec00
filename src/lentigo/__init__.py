"""Lentigo: from dermoscopy images to a skin-lesion classifier you can believe and see into.

Research and education only; not a medical device.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lentigo.api import (
        audit,
        demo,
        evaluate,
        evaluate_answers,
        explain,
        export,
        export_web,
        predict,
        train,
    )
    from lentigo.bundle.loading import load_bundle
    from lentigo.data.manifest import load_manifest
    from lentigo.data.split import load_split
    from lentigo.data.splitters.by_group import StratifiedGroupKFold, StratifiedGroupShuffleSplit
    from lentigo.evaluation.any_metric import interval
    from lentigo.experiments.comparing.comparing import compare
    from lentigo.settings.toml import load_recipe

    __version__: str

_HOMES = {
    "audit": "lentigo.api",
    "compare": "lentigo.experiments.comparing.comparing",
    "train": "lentigo.api",
    "evaluate": "lentigo.api",
    "evaluate_answers": "lentigo.api",
    "explain": "lentigo.api",
    "predict": "lentigo.api",
    "demo": "lentigo.api",
    "export": "lentigo.api",
    "export_web": "lentigo.api",
    "load_bundle": "lentigo.bundle.loading",
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
    "compare",
    "demo",
    "evaluate",
    "evaluate_answers",
    "explain",
    "export",
    "export_web",
    "interval",
    "load_bundle",
    "load_manifest",
    "load_recipe",
    "load_split",
    "predict",
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
