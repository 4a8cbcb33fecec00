"""The notebook runs from start to end, small, and is kept with its pictures.

Its cells run in this process, by the shell that a kernel has inside: what a kernel of its own would add is
the time to import the training framework once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

import lentigo

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "lentigo.ipynb"
LARGEST = 2**20
SMALL = (
    "model.backbone=small-cnn model.weights=none stages.0.learn=all stages.0.epochs=2 stages.1.epochs=1 "
    "input.height=32 input.width=32"
)
ELSEWHERE = re.compile(r"/(home|root|tmp|work|Users|opt)/")


@pytest.fixture
def cells() -> list[Any]:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setattr("lentigo.notebook.verb.in_notebook", lambda: True)
    yield InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    InteractiveShell.clear_instance()


def test_it_is_kept_as_it_ran_with_its_pictures_and_small(cells: list[Any]) -> None:
    assert NOTEBOOK.stat().st_size < LARGEST
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    shown = "".join(output.data.get("text/html", "") for output in outputs if "data" in output)
    assert shown.count("data:image/") > 12
    assert not ELSEWHERE.search(str(outputs)), "the paths of the machine it ran on"


def test_it_uses_only_what_stands_at_the_top_of_lentigo(cells: list[Any]) -> None:
    source = "\n".join(cell.source for cell in cells)
    assert set(re.findall(r"\blentigo\.(\w+)", source)) <= {*lentigo.__all__, "__version__", "__file__"}
    assert not re.search(r"from lentigo|import lentigo\.", source)


@pytest.mark.slow
def test_it_runs_from_images_to_predictions(
    cells: list[Any], shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # were it to install something, it could not
    ran = [run(shell, cell.source) for cell in cells]
    said = "".join(text for text, _ in ran)
    told = "".join(html for _, htmls in ran for html in htmls)
    assert "from the checkout" in said
    assert said.count("; validation: loss") == 3, "one line an epoch"
    assert "looks at the test part so far: 1" in said
    assert told.count('class="verdict') == 3  # audit, validation, test
    assert "Model card" in told
    assert told.count("<meter") == 16, "four answers with four bars each"
    assert told.count("<progress") > 10
    assert (tmp_path / "work" / "run" / "report.html").is_file()


def run(shell: InteractiveShell, source: str) -> tuple[str, list[str]]:
    """What one cell has printed, and the HTML that it has shown, its result last."""
    with capture_output() as captured:
        done = shell.run_cell(source)
    done.raise_error()
    shown = [output.data.get("text/html", "") for output in captured.outputs]
    if done.result is not None:
        shown.append(shell.display_formatter.format(done.result)[0].get("text/html", ""))
    return captured.stdout, shown
