"""The demo, small: everything is left where it says, and again it only shows its result."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.api.demonstration import demo
from lentigo.settings.run import RunDirectory

SMALL = ("input.height=32", "input.width=32", "stages.0.epochs=1", "stages.1.epochs=1")
SMALLEST = (*SMALL, "model.backbone=small-cnn", "model.weights=none")
"""Its own network takes a minute to compile; that of the README's commands is as large."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    demo(out, num_images=120, overrides=SMALLEST)
    return out


def test_everything_is_left_under_its_folder(folder: Path) -> None:
    for name in (
        "lesions/images",
        "data/manifest.csv",
        "data/split.csv",
        "run/run.json",
        "report.html",
        "bundle/model.onnx",
    ):
        assert (folder / name).exists(), name
    assert "<img" in (folder / "report.html").read_text()


def test_again_it_shows_the_same_result(folder: Path) -> None:
    said: list[str] = []
    made = [folder / "run" / "model.weights.h5", folder / "bundle" / "model.onnx"]
    stamps = [path.stat().st_mtime_ns for path in made]
    again = demo(folder, num_images=120, overrides=SMALLEST, say=said.append)
    assert again["part"] == "test"
    assert [path.stat().st_mtime_ns for path in made] == stamps
    assert any("no group on two sides" in line for line in said)


@pytest.mark.slow
def test_its_own_network_goes_all_the_way(tmp_path: Path) -> None:
    assert demo(tmp_path, num_images=120, overrides=SMALL)["part"] == "test"
    assert RunDirectory(tmp_path / "run").recipe().model.backbone == "efficientnet-lite0"
    test_everything_is_left_under_its_folder(tmp_path)
