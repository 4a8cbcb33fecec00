"""Extras: what is missing is said with its remedy, never as a traceback."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lentigo.api.extras import EXTRAS, extra_of

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
PACKAGES = {
    "mlflow": "mlflow-skinny",
    "sklearn": "scikit-learn",
    "cv2": "opencv-python-headless",
    "tensorflow": "tensorflow-cpu",
}


def test_every_module_is_one_that_its_extra_installs() -> None:
    written = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for name, extra in EXTRAS.items():
        names = {requirement.split(">")[0].split("=")[0] for requirement in written[name]}
        assert {PACKAGES.get(module, module) for module in extra.modules} <= names


@pytest.mark.parametrize(
    ("module", "extra"), [("pandas", "analysis"), ("keras.layers", "train"), ("os", None), (None, None)]
)
def test_a_module_belongs_to_the_smallest_extra(module: str | None, extra: str | None) -> None:
    assert extra_of(module) == extra


COMMANDS = (
    "data describe nowhere",
    "demo --out OUT",
    "train baseline --manifest m --split s --out OUT",
    "evaluate OUT",
)


def test_a_base_installation_says_what_to_install(tmp_path: Path) -> None:
    """In a process of its own, since modules cannot be imported anew without leaving two of each."""
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "from lentigo.cli.app import main\n"
        f"for line in {COMMANDS!r}: print(main(line.split()), line)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [f"2 {line}" for line in COMMANDS], done.stderr
    wanted = 'this needs pandas, which is not installed; to install it: pip install "lentigo[analysis]"'
    assert done.stderr.count(wanted) == len(COMMANDS)
    assert "Traceback" not in done.stderr
