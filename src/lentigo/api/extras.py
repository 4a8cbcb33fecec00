"""The optional parts of an installation: what each is for, and which one a missing package belongs to."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, NamedTuple

from lentigo.settings.errors import SettingsError


class Extra(NamedTuple):
    """One of `pip install "lentigo[NAME]"`."""

    purpose: str
    modules: tuple[str, ...]
    """As they are imported."""

    def missing(self) -> list[str]:
        """Its modules that are not installed."""
        return [name for name in self.modules if importlib.util.find_spec(name) is None]


EXTRAS = {
    "analysis": Extra(
        "download, import, audit, split, score, compare, report",
        ("pandas", "scipy", "sklearn", "matplotlib", "cv2", "httpx"),
    ),
    "train": Extra("train, search, export, explain", ("keras", "tensorflow", "onnx", "optuna", "tf2onnx")),
    "jax": Extra("train on GPUs", ("jax",)),
    "tensorboard": Extra("tell trainings to TensorBoard", ("tensorboardX",)),
    "mlflow": Extra("tell trainings to MLflow", ("mlflow",)),
    "dicom": Extra("read DICOM files", ("pydicom",)),
    "cluster": Extra("train and predict on many machines", ("ray",)),
}
"""Name of the extra, the smallest first -> what it brings."""


def install(extra: str) -> str:
    """The command that installs an extra."""
    return f'pip install "lentigo[{extra}]"'


def extra_of(module: str | None) -> str | None:
    """The smallest extra that brings a module; None where none does."""
    root = (module or "").partition(".")[0]
    return next((name for name, extra in EXTRAS.items() if root in extra.modules), None)


def needed(module: str) -> Any:
    """A module of an extra, imported.

    Raises:
        SettingsError: it is not installed; says the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (extra := extra_of(error.name)) is None:
            raise
        raise SettingsError(
            f"this needs {error.name}, which is not installed; to install it: {install(extra)}"
        ) from error
