"""MLflow's own client reads back what was told; only where it is installed, since it brings a lot with it."""

from __future__ import annotations

from typing import Any

import pytest

from lentigo.api.logs.log import RunLog
from lentigo.api.logs.mlflow import DATABASE, open_mlflow
from lentigo.settings.run import RunDirectory


def test_curves_settings_pictures_and_recipe_are_there_once(
    begun_run: RunDirectory, rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    mlflow = pytest.importorskip("mlflow", reason='MLflow is not installed: pip install "lentigo[mlflow]"')
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    for _ in range(2):
        listener = RunLog(open_mlflow)
        listener.training_started(begun_run)
        listener.epoch_ended(rows[1])
        begun_run.update_record(status="finished", seconds=7.0)
        listener.training_ended(begun_run)
    client = mlflow.MlflowClient(f"sqlite:///{begun_run.path.parent / DATABASE}")
    (found,) = client.search_runs([client.get_experiment_by_name("lentigo").experiment_id])
    assert found.info.status == "FINISHED"
    assert found.data.params["stages.0.learn"] == "['head']"
    history = client.get_metric_history(found.info.run_id, "loss/train")
    assert [(metric.step, metric.value) for metric in history] == [(1, 2.0), (2, 1.0)]
    assert found.data.metrics["run/seconds"] == 7.0
    assert {item.path for item in client.list_artifacts(found.info.run_id)} == {"pictures", "recipe.txt"}
