"""A run's log in MLflow: one SQLite file beside the runs, or wherever `MLFLOW_TRACKING_URI` says."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from lentigo.api.extras import needed
from lentigo.api.logs.log import FOLDER
from lentigo.settings.files import write_json
from lentigo.settings.reading import read_json
from lentigo.settings.run import RunDirectory

MODULE = "mlflow"
EXPERIMENT = "lentigo"
DATABASE, ARTIFACTS = "mlflow.db", "mlflow-artifacts"
NOTE = f"{FOLDER}/mlflow.json"
"""Inside a run: which of MLflow's runs it is."""
STATUS = {"finished": "FINISHED", "interrupted": "KILLED"}
LONGEST = 500
"""Characters of a setting, as any of MLflow's stores takes it."""


class MlflowLog:
    """One of MLflow's runs."""

    def __init__(self, client: Any, run_id: str) -> None:
        self._client, self._id = client, run_id

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Figures at a step."""
        now = int(time.time() * 1000)
        metric = needed("mlflow.entities").Metric
        self._client.log_batch(
            self._id, metrics=[metric(name, value, now, step) for name, value in values.items()]
        )

    def settings(self, values: Mapping[str, str]) -> None:
        """Settings as MLflow's parameters."""
        for key, value in values.items():
            self._client.log_param(self._id, key, value[:LONGEST])

    def text(self, name: str, text: str) -> None:
        """A text as an artifact."""
        self._client.log_text(self._id, text, f"{name}.txt")

    def picture(self, name: str, path: Path) -> None:  # noqa: ARG002 - its file is called by its name
        """A picture as an artifact."""
        self._client.log_artifact(self._id, str(path), "pictures")

    def close(self, status: str) -> None:
        """Say how it ended."""
        self._client.set_terminated(self._id, STATUS.get(status, "FAILED"))


def open_mlflow(run: RunDirectory) -> MlflowLog:
    """Begin MLflow's run anew: what was logged of this run before is deleted there and told again."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # nothing leaves for anywhere
    place = run.path.resolve().parent
    uri = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{place / DATABASE}"
    client = needed(MODULE).MlflowClient(tracking_uri=uri)
    found = client.get_experiment_by_name(EXPERIMENT)
    artifacts = None if "MLFLOW_TRACKING_URI" in os.environ else (place / ARTIFACTS).as_uri()
    experiment = found.experiment_id if found else client.create_experiment(EXPERIMENT, artifacts)
    _forget(client, run, uri)
    made = client.create_run(experiment, run_name=run.path.name, tags={"lentigo.run": str(run.path)})
    write_json(run.path / NOTE, {"uri": uri, "run_id": made.info.run_id})
    return MlflowLog(client, made.info.run_id)


def _forget(client: Any, run: RunDirectory, uri: str) -> None:
    """Delete what was logged of this run before, if it is still there."""
    note = read_json(run.path / NOTE) if (run.path / NOTE).is_file() else {}
    if note.get("uri") == uri:
        with suppress(needed("mlflow.exceptions").MlflowException):
            client.delete_run(note["run_id"])
