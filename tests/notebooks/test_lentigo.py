"""The notebook runs from start to end, small, and is kept without outputs."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "lentigo.ipynb"
SMALL = (
    "model.backbone=small-cnn model.weights=none stages.0.learn=all stages.0.epochs=2 stages.1.epochs=1 "
    "input.height=32 input.width=32"
)


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text_of(cell: nbformat.NotebookNode) -> str:
    """What a cell has printed."""
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_no_output_is_kept() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in code_cells(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None


def test_it_runs_from_images_to_predictions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {
        "FOLDER": str(tmp_path / "work"),
        "IMAGES": "160",
        "HEIGHT": "64",
        "SET": SMALL,
        "CHECKOUT": str(ROOT),
        "ISIC": "",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"LENTIGO_{name}", value)
    path = [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, path)))
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # were it to install something, it could not
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    texts = [text_of(cell) for cell in code_cells(notebook)]
    assert f"from {ROOT / 'src' / 'lentigo'}" in texts[1]
    assert "160 images imported, 0 rejected" in texts[2]
    assert "groups on two sides: 0" in texts[3]
    assert texts[4].count("balanced accuracy") == 3
    assert "validation: " in texts[7]
    assert "looks at the test part so far: 1" in texts[8]
    assert texts[9].count("seen in training: False") == 4
    pictures = [
        output
        for cell in code_cells(notebook)
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 5  # counts, images of each class, two curves, saliency
