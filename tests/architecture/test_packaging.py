"""What is installed is whole: every file the code opens is in the wheel, and nothing else is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from setuptools import find_packages

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src"
PACKAGE = SOURCES / "lentigo"
CODE = {".py", ".pyc"}


def packaged() -> set[str]:
    """Files that the wheel is to hold by the rules in `pyproject.toml`: code of packages, and data."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    (where,) = rules["packages"]["find"]["where"]
    folders = [ROOT / where / name.replace(".", "/") for name in find_packages(str(ROOT / where))]
    code = {path for folder in folders for path in folder.glob("*.py")}
    data = {path for pattern in rules["package-data"]["lentigo"] for path in PACKAGE.glob(pattern)}
    return {path.relative_to(SOURCES).as_posix() for path in code | data if path.is_file()}


def there() -> set[str]:
    """Files of the package as they lie in the tree."""
    found = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(SOURCES).as_posix() for path in found}


def test_the_rules_take_every_file_of_the_package() -> None:
    assert packaged() == there()
    assert {
        "lentigo/py.typed",
        "lentigo/recipes/demo.toml",
        "lentigo/report/templates/cards/frame.html.j2",
    } <= there()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and with the wheel that was built from what the sdist holds."""
    folder = tmp_path_factory.mktemp("built")
    tree = folder / "tree"
    tree.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    shutil.copytree(SOURCES, tree / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    build(tree, "build_sdist", folder)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    build(unpacked, "build_wheel", folder)
    return folder


def build(tree: Path, what: str, out: Path) -> None:
    """Ask the build backend, as pip does."""
    code = f"import setuptools.build_meta as backend; backend.{what}({str(out)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=tree, check=True, capture_output=True)


@pytest.mark.slow
def test_the_wheel_that_is_built_from_the_sdist_holds_every_file(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name for name in names if ".dist-info/" not in name} == there()
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment(built: Path, bundle_path: Path, tmp_path: Path) -> None:
    """Lentigo itself from the wheel; the packages it needs from here, for a test asks no registry."""
    (wheel,) = built.glob("*.whl")
    venv.create(tmp_path / "empty", with_pip=True)
    program = tmp_path / "empty" / "bin"
    subprocess.run([program / "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    needed = next(path for path in sys.path if (Path(path) / "numpy").is_dir())
    elsewhere = {**os.environ, "PYTHONPATH": needed}

    def said(*words: str) -> str:
        done = subprocess.run(
            [program / "lentigo", *words],
            env=elsewhere,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    place = subprocess.run(
        [program / "python", "-c", "import lentigo; print(lentigo.__file__)"],
        env=elsewhere, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert Path(place.strip()).is_relative_to(tmp_path / "empty")
    assert said("--version").startswith("lentigo ")
    assert "demo" in said("recipes")
    (tmp_path / "a.png").write_bytes(next((ROOT / "docs" / "images").glob("*.png")).read_bytes())
    assert "a.png" in said("predict", str(bundle_path), "a.png")
