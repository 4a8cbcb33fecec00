"""The verbs of a model that is ready: predict, serve, export, and what is installed to do so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec

from lentigo.api.bundling.components import bill_of_materials
from lentigo.api.bundling.prediction import image_sources
from lentigo.api.bundling.prediction import predict as predict_rows
from lentigo.api.installation import examine
from lentigo.notebook import screen
from lentigo.notebook.answers import Predictions
from lentigo.notebook.answers import load_bundle as load_bundle  # noqa: PLC0414 - stands beside the verbs
from lentigo.notebook.shown import Result, Rows
from lentigo.notebook.verb import verb

P = ParamSpec("P")


def _beside_images(function: Callable[P, Iterator[dict[str, Any]]]) -> Callable[P, Predictions]:
    """Keep the images beside the answers; they may be given as what can be gone through but once."""

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> Predictions:
        bound = signature(function).bind(*args, **kwargs)
        images = bound.arguments["images"] = image_sources(bound.arguments["images"])
        return Predictions(function(*bound.args, **bound.kwargs), images)

    return called


predict = verb(_beside_images(predict_rows), lambda found: found, screen.steps("predicting"))


def doctor() -> Rows:
    """What this installation can do: packages, pretrained weights, GPUs, memory, disk."""
    return Rows(line._asdict() for line in examine())


def sbom() -> Result:
    """Components of the base install with versions and licences (SBOM, CycloneDX 1.6)."""
    return Result(bill_of_materials())
