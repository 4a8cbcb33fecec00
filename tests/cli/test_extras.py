"""Extras: what is missing is said with its remedy, never as a traceback."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from lentigo.cli.app import main
from lentigo.cli.extras import EXTRAS, extra_of

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
PACKAGES = {"sklearn": "scikit-learn", "cv2": "opencv-python-headless", "tensorflow": "tensorflow-cpu"}


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


@pytest.mark.parametrize(
    ("arguments", "missing", "extra"),
    [
        (["data", "describe", "nowhere"], "pandas", "analysis"),
        (["demo", "--out", "OUT"], "pandas", "analysis"),
        (["train", "baseline", "--manifest", "m", "--split", "s", "--out", "OUT"], "pandas", "analysis"),
        (["evaluate", "OUT"], "pandas", "analysis"),
    ],
)
def test_a_base_installation_says_what_to_install(
    arguments: list[str],
    missing: str,
    extra: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in [name for name in sys.modules if name.startswith("lentigo.") and ".cli" not in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert f'pip install "lentigo[{extra}]"' in said
    assert missing in said
