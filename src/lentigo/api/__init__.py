"""The verbs as functions: what the command line calls, and what `lentigo.notebook` gives to Python users.

Each is imported on first use: predicting with a bundle needs neither pandas nor a training framework. A
module must therefore not have the name of a verb, or importing it would hide the function.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lentigo.api.auditing.auditing import audit
    from lentigo.api.bundling.browser import export_web
    from lentigo.api.bundling.exporting import export
    from lentigo.api.bundling.prediction import predict
    from lentigo.api.demonstration import demo
    from lentigo.api.evaluating.evaluation import evaluate
    from lentigo.api.evaluating.tables import evaluate_answers
    from lentigo.api.explaining.explanation import explain
    from lentigo.api.explaining.saliency_checks import check_saliency
    from lentigo.api.searching import search
    from lentigo.api.training import train

_HOMES = {
    "audit": "lentigo.api.auditing.auditing",
    "demo": "lentigo.api.demonstration",
    "evaluate": "lentigo.api.evaluating.evaluation",
    "evaluate_answers": "lentigo.api.evaluating.tables",
    "check_saliency": "lentigo.api.explaining.saliency_checks",
    "explain": "lentigo.api.explaining.explanation",
    "export": "lentigo.api.bundling.exporting",
    "export_web": "lentigo.api.bundling.browser",
    "predict": "lentigo.api.bundling.prediction",
    "search": "lentigo.api.searching",
    "train": "lentigo.api.training",
}

__all__ = [
    "audit",
    "check_saliency",
    "demo",
    "evaluate",
    "evaluate_answers",
    "explain",
    "export",
    "export_web",
    "predict",
    "search",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lentigo.api' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
