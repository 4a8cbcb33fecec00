"""Weights files: what is written is read back; other files are refused by name."""

from __future__ import annotations

from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from lentigo.models.small_cnn import build_small_cnn
from lentigo.models.weights_files import load_backbone_weights, read_weights, write_weights
from lentigo.settings.errors import ModelError


def test_weights_come_back(tmp_path: Path) -> None:
    path = tmp_path / "backbone.weights.h5"
    written, read = build_small_cnn(32, 32), build_small_cnn(64, 64)
    write_weights(written, path)
    load_backbone_weights(read, str(path))
    for expected, found in zip(written.get_weights(), read.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert [file.name for file in tmp_path.iterdir()] == ["backbone.weights.h5"]


def test_the_memory_of_an_optimizer_is_left_out(tmp_path: Path) -> None:
    backbone = build_small_cnn(32, 32)
    write_weights(backbone, tmp_path / "bare.weights.h5")
    backbone.compile(optimizer="adam", loss="mse")
    backbone.optimizer.build(backbone.trainable_variables)
    write_weights(backbone, tmp_path / "trained.weights.h5")
    backbone.save_weights(tmp_path / "everything.weights.h5")  # as Keras does, and as earlier versions did
    bare, trained, everything = (
        (tmp_path / f"{name}.weights.h5").stat().st_size for name in ("bare", "trained", "everything")
    )
    assert trained == bare < 4 * backbone.count_params() + 100_000
    assert everything > trained + 2 * 4 * backbone.count_params()
    for name in ("trained", "everything"):
        read = build_small_cnn(32, 32)
        read_weights(read, tmp_path / f"{name}.weights.h5")
        np.testing.assert_array_equal(read.get_weights()[0], backbone.get_weights()[0])


def test_none_leaves_the_weights_alone() -> None:
    backbone = build_small_cnn(32, 32)
    before = backbone.get_weights()
    load_backbone_weights(backbone, "none")
    np.testing.assert_array_equal(backbone.get_weights()[0], before[0])


def test_files_that_are_no_weights_are_refused(tmp_path: Path) -> None:
    backbone = build_small_cnn(32, 32)
    (tmp_path / "model.keras").write_bytes(b"")
    (tmp_path / "broken.weights.h5").write_bytes(b"no HDF5")
    for name, message in [("model.keras", "not a weights file"), ("broken.weights.h5", "no HDF5")]:
        with pytest.raises(ModelError, match=message):
            read_weights(backbone, tmp_path / name)
    with pytest.raises(ModelError, match="There is no weights file"):
        read_weights(backbone, tmp_path / "absent.weights.h5")
    with pytest.raises(ModelError, match=r"ending in \.weights\.h5"):
        write_weights(backbone, tmp_path / "weights.bin")


def lead_out(kind: str, file: h5py.File, secret: Path) -> None:
    """Put something into a whole weights file that leads out of it, or that it has no bytes for."""
    del file["extra"]
    match kind:
        case "external link":
            file["extra"] = h5py.ExternalLink(str(secret), "/")
        case "soft link":
            file["extra"] = h5py.SoftLink("/layers")
        case "values in another file":
            file.create_dataset("extra", (4,), "u1", external=[(str(secret), 0, 4)])
        case "virtual":
            layout = h5py.VirtualLayout((4,), "u1")
            layout[:] = h5py.VirtualSource(str(secret), "a", (4,))
            file.create_virtual_dataset("extra", layout)
        case "much of nothing":
            file.create_dataset("extra", (2**36,), "f4")
        case "much of zeros":
            file.create_dataset("extra", data=np.zeros(2**23, "f4"), compression="gzip", chunks=(2**20,))
        case _:
            file["extra"] = file["layers"]


@pytest.mark.parametrize(
    "kind",
    [
        *("external link", "soft link", "values in another file", "virtual"),
        *("much of nothing", "much of zeros", "two names"),
    ],
)
def test_hdf5_that_leads_out_of_its_file_is_refused(kind: str, tmp_path: Path) -> None:
    path, secret = tmp_path / "hostile.weights.h5", tmp_path / "secret"
    secret.write_bytes(b"root")
    backbone = build_small_cnn(32, 32)
    write_weights(backbone, path)
    with h5py.File(path, "a") as file:
        file["extra"] = np.zeros(4)
    read_weights(backbone, path)  # what is not asked for is not missed
    with h5py.File(path, "a") as file:
        lead_out(kind, file, secret)
    with pytest.raises(ModelError, match="is refused: "):
        read_weights(backbone, path)


@pytest.mark.filterwarnings("ignore:Skipping nested container")
def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    write_weights(other, tmp_path / "other.weights.h5")
    with pytest.raises(ModelError, match="do not fit small_cnn"):
        read_weights(build_small_cnn(32, 32), tmp_path / "other.weights.h5")
