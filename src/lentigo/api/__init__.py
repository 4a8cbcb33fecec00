"""The verbs as functions: what the command line calls and Python users import.

>>> import lentigo
>>> run = lentigo.train("lite0-eight", "DATA/manifest.csv", "DATA/split.csv", "RUN")
>>> lentigo.evaluate(run)["metrics"]["balanced_accuracy"]

Each is imported on first use: predicting with a bundle needs neither pandas nor a training framework. A
module must therefore not have the name of a verb, or importing it would hide the function.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lentigo.api.auditing import audit
    from lentigo.api.demonstration import demo
    from lentigo.api.evaluation import evaluate
    from lentigo.api.explanation import explain
    from lentigo.api.exporting import export
    from lentigo.api.prediction import predict
    from lentigo.api.saliency_checks import check_saliency
    from lentigo.api.searching import search
    from lentigo.api.training import train

_HOMES = {
    "audit": "lentigo.api.auditing",
    "demo": "lentigo.api.demonstration",
    "evaluate": "lentigo.api.evaluation",
    "check_saliency": "lentigo.api.saliency_checks",
    "explain": "lentigo.api.explanation",
    "export": "lentigo.api.exporting",
    "predict": "lentigo.api.prediction",
    "search": "lentigo.api.searching",
    "train": "lentigo.api.training",
}

__all__ = ["audit", "check_saliency", "demo", "evaluate", "explain", "export", "predict", "search", "train"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lentigo.api' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
