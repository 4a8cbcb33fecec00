"""What another tool's log of one run takes, and what a training tells it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from lentigo.report.drawing.figures import save_png
from lentigo.report.drawing.learning import LEARNING_SIZE, paint_learning
from lentigo.report.drawing.numbers import is_defined
from lentigo.report.pages.pictures import LEARNING
from lentigo.settings.run import RunDirectory
from lentigo.training.progress import TrainingProgress

FOLDER = "logs"
"""Inside a run."""
OF_THE_RUN = ("seconds", "num_parameters", "images_per_second", "input_wait_share", "num_rescues")
OF_LEARNING = ("loss", "accuracy", "balanced_accuracy", "balanced_loss", "roc_auc")


class Log(Protocol):
    """The log of one run; opened anew each time the run is trained, with what it had before."""

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Figures at a step: epochs from 1 on."""

    def settings(self, values: Mapping[str, str]) -> None:
        """Settings by their key, such as `training.seed`."""

    def text(self, name: str, text: str) -> None:
        """A text, such as the recipe."""

    def picture(self, name: str, path: Path) -> None:
        """A PNG file."""

    def close(self, status: str) -> None:
        """The training is over: `finished`, `interrupted` or `failed`."""


class RunLog(TrainingProgress):
    """Tells a log what a training tells; one after the other, of whatever runs are trained."""

    def __init__(self, open_log: Callable[[RunDirectory], Log]) -> None:
        self._open_log = open_log
        self._log: Log | None = None
        self._step = 0

    def training_started(self, run: RunDirectory) -> None:
        """Open the run's log, and tell the epochs that it has had."""
        self._log, self._step = self._open_log(run), 0
        self._log.text("recipe", run.recipe_text())
        self._log.settings(flat_settings(run.recipe_text()))
        for row in run.history():
            self.epoch_ended(row)

    def epoch_ended(self, row: dict[str, Any]) -> None:
        """Tell the figures of an epoch."""
        if self._log is not None:
            self._step += 1
            self._log.scalars(scalars_of(row), self._step)

    def training_ended(self, run: RunDirectory) -> None:
        """Tell the figures of the whole and the learning curves, and close."""
        if self._log is None:
            return
        record = run.record()
        figures = {f"run/{name}": record.get(name) for name in OF_THE_RUN}
        self._log.scalars(
            {name: float(value) for name, value in figures.items() if is_defined(value)}, self._step
        )
        for name, path in draw_learning(run).items():
            self._log.picture(name, path)
        self._log.close(str(record.get("status")))
        self._log = None


def scalars_of(row: Mapping[str, Any]) -> dict[str, float]:
    """An epoch's figures: `loss/train` beside `loss/validation`, the rest under `epoch/`; none undefined."""
    found = {}
    for name, value in row.items():
        if is_defined(value):
            base = name.removeprefix("val_")
            part = "validation" if base != name else "train"
            found[f"{base}/{part}" if base in OF_LEARNING else f"epoch/{name}"] = float(value)
    return found


def flat_settings(recipe: str) -> dict[str, str]:
    """Keys of a recipe (TOML) with their values as text: `stages.0.lr` -> `0.003`."""
    return dict(_flat(tomllib.loads(recipe), ""))


def _flat(value: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        pairs = {str(place): one for place, one in enumerate(value)}.items()
    else:
        return [(path, str(value))]
    return [entry for key, inner in pairs for entry in _flat(inner, f"{path}.{key}".lstrip("."))]


def draw_learning(run: RunDirectory) -> dict[str, Path]:
    """The learning curves as files in the run's folder of logs, by title; none of an empty history."""
    history = run.history()
    drawn = {}
    for name, title in LEARNING:
        if any(is_defined(row.get(key)) for row in history for key in (name, f"val_{name}")):
            painter = partial(paint_learning, history=history, name=name)
            drawn[title] = save_png(run.path / FOLDER / f"{name}.png", painter, LEARNING_SIZE)
    return drawn
