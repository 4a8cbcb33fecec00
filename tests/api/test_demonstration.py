"""The demo, small: everything is left where it says, and again it only shows its result."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.api.demonstration import demo

SMALL = ("input.height=32", "input.width=32", "stages.0.epochs=1", "stages.1.epochs=1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    demo(out, num_images=120, overrides=SMALL)
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
    again = demo(folder, num_images=120, overrides=SMALL, say=said.append)
    assert again["part"] == "test"
    assert [path.stat().st_mtime_ns for path in made] == stamps
    assert any("no group on two sides" in line for line in said)
