"""The tools that a training can be told to, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lentigo.api.extras import needed
from lentigo.api.logs import mlflow, tensorboard
from lentigo.api.logs.log import Log, RunLog
from lentigo.settings.errors import SettingsError
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import did_you_mean
from lentigo.training.progress import Listeners, TrainingProgress


class Tool(NamedTuple):
    """One of them."""

    module: str
    """Without which it cannot be used."""
    open_log: Callable[[RunDirectory], Log]


LOGS = {
    "tensorboard": Tool(tensorboard.MODULE, tensorboard.open_tensorboard),
    "mlflow": Tool(mlflow.MODULE, mlflow.open_mlflow),
}
"""To add one: a module with a `Log`, a row here, an extra."""


def listening(progress: TrainingProgress | None, log: str) -> TrainingProgress | None:
    """Whoever listens already, and a log by its name beside; no name: as before.

    Raises:
        SettingsError: there is no such tool, or it is not installed; says the command that installs it.
    """
    if not log:
        return progress
    if log not in LOGS:
        raise SettingsError(
            f"log: {log!r} is none of {', '.join(LOGS)}{did_you_mean(log, list(LOGS))}{_why(log)}"
        )
    tool = LOGS[log]
    needed(tool.module)
    return Listeners([*([] if progress is None else [progress]), RunLog(tool.open_log)])


def _why(log: str) -> str:
    if log != "trackio":
        return ""
    return (
        ". trackio wants Pillow below 13, which Lentigo is not run on: log to tensorboard, and import that "
        "with trackio in an environment of its own"
    )
