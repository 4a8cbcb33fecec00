"""A head learns on an encoder of somebody's, the run says whose, and answers again when loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from blobs import make_recipe

from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.settings.errors import ModelError
from lentigo.settings.files import sha256_of
from lentigo.settings.recipe import Augmentation, HeadLayer, Model, Stage
from lentigo.training.inference import load_network, predict_part
from lentigo.training.run import train_network


def test_a_head_learns_on_it(encoders: ModuleType, blob_data: tuple[Manifest, Split], tmp_path: Path) -> None:
    path = encoders.write_encoder(tmp_path / "encoder.onnx", "map")
    head = (HeadLayer("pool"), HeadLayer("dense", units=16))
    recipe = replace(
        make_recipe(average_weights=0.0, optimizer="adam", weight_decay=0.0),
        augmentation=Augmentation(),
        model=Model(backbone="onnx", weights=str(path), licence="CC BY 4.0", head=head),
        stages=(Stage(("head",), 12, 2e-2),),
    )
    run = train_network(recipe, *blob_data, tmp_path / "run")
    rows = run.history()
    assert rows[-1]["loss"] < 0.8 * rows[0]["loss"]
    assert run.record()["stages"][0]["is_stored"]  # the encoder was asked for 4 views of an image, not for 12
    record = run.record()["encoder"]
    assert record["sha256"] == sha256_of(path)
    assert record["licence"] == "CC BY 4.0"
    answers = predict_part(run, *blob_data, "validation")
    accuracy = (answers.truth_indices() == answers.probabilities.argmax(axis=1)).mean()
    assert accuracy == pytest.approx(max(row["val_accuracy"] for row in rows))
    assert accuracy > 0.5
    assert load_network(run).feature_shape == (6, 8, 5)
    encoders.write_encoder(path, "map", opset=16)
    with pytest.raises(ModelError, match="is not the encoder that this run was trained on"):
        load_network(run)
