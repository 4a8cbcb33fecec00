"""The documentation is kept true: generated pages agree with the code, commands exist, the README's run."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner

import lentigo
from lentigo.cli.app import VERBS, build_app, main
from lentigo.data.sources import SOURCES, Source
from lentigo.evaluation.checks.files import FILES
from lentigo.evaluation.checks.table import CHAPTERS, Chapter
from lentigo.evaluation.metrics import METRICS, Metric
from lentigo.explanation.methods import METHODS, Method
from lentigo.models.backbones import BACKBONES, Backbone, Family

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def module(name: str) -> ModuleType:
    """A file of `docs`, which is no package, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def generator() -> ModuleType:
    return module("generate")


def console_lines(page: Path) -> list[str]:
    """Command lines in console blocks, comments and continuation marks taken away."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.split("  #")[0].strip() for line in lines if line.strip() and not line.startswith("#")]


COMMANDS = [
    (page.relative_to(ROOT), line)
    for page in PAGES
    for line in console_lines(page)
    if line.startswith("lentigo ")
]


@pytest.mark.parametrize("name", generator().PAGES)
def test_generated_pages_are_what_make_docs_would_write(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == generator().PAGES[name](), "run `make docs`"


def test_a_verb_of_one_row_is_in_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_twice() -> None:
        """Look at everything again."""

    monkeypatch.setitem(VERBS, "look twice", look_twice)
    page = generator().cli_page()
    assert "## lentigo look twice\n" in page
    assert "Look at everything again." in page


def test_rows_of_other_tables_are_in_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    def warmth(*_anything: object) -> None:
        """How warm it is."""

    class Warm(FILES[0]):  # type: ignore[misc]
        """Warm files burn."""

        code, title = "W701", "Warm files"

    monkeypatch.setitem(SOURCES, "weather", Source(warmth))  # type: ignore[arg-type]
    monkeypatch.setitem(METRICS, "warmth", Metric("warmth", warmth, bounds=(-273, float("inf"))))  # type: ignore[arg-type]
    monkeypatch.setitem(METHODS, "infrared", Method("Infrared", warmth))  # type: ignore[arg-type]
    monkeypatch.setitem(CHAPTERS, "W", Chapter("Weather", [Warm]))
    family = Family("x/128-1", "part", "part1, part2")
    monkeypatch.setitem(BACKBONES, "two-blocks", Backbone("two-blocks", warmth, family, 96))  # type: ignore[arg-type]
    names, checks = generator().names_page(), generator().checks_page()
    assert "| `two-blocks` | `x/128-1` | 96 | part1, part2 |" in generator().backbones_page()
    assert "| `weather` | How warm it is. |" in names
    assert "| `warmth` | warmth | confusion | -273 to inf | How warm it is. |" in names
    assert "| `infrared` | Infrared | How warm it is. |" in names
    assert "## W: Weather\n" in checks
    assert "| W701 | Warm files | error | Warm files burn. |" in checks


def test_every_verb_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    for words in generator().verbs():
        assert f"## lentigo {' '.join(words)}\n" in page


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=lambda value: str(value)[:60])
def test_a_command_in_the_documentation_exists_with_its_options(page: Path, line: str) -> None:
    words = shlex.split(line)[1:]
    verb = next((known for known in generator().verbs() if words[: len(known)] == known), None)
    if words[0].startswith("--") or "..." in words:
        return
    assert verb, f"{page}: {line}"
    help_text = CliRunner().invoke(build_app(), [*verb, "--help"], env={"COLUMNS": "300"}).output
    for word in words:
        if word.startswith("--"):
            assert re.search(rf"{re.escape(word.split('=')[0])}\b", help_text), f"{page}: {line}"


def test_each_decision_has_a_number_of_its_own() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        assert page.read_text(encoding="utf-8").startswith(f"# {int(page.name[:4])}. "), page


def test_links_out_of_the_documentation_lead_to_pages_of_the_site() -> None:
    conf = module("conf")
    assert conf.inside("[a](../../benchmarks/README.md#x), [b](../../SECURITY.md)") == (
        "[a](/project/benchmarks.md#x), [b](/project/security.md)"
    )
    assert conf.inside("[c](../how-to/audit.md) [d](../../deploy/nginx.conf)") == (
        "[c](../how-to/audit.md) [d](../../deploy/nginx.conf)"
    )
    for outside, page in conf.OUTSIDE.items():
        including = (ROOT / "docs" / "project" / f"{page}.md").read_text(encoding="utf-8")
        assert f"include}} ../../{outside}.md\n" in including


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going"]
    built = subprocess.run(
        [*command, "-d", tmp_path / "trees", ROOT / "docs", tmp_path / "site"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    python = (tmp_path / "site" / "reference" / "api.html").read_text(encoding="utf-8")
    assert all(f'id="lentigo.{name}"' in python for name in lentigo.__all__)


def test_make_targets_in_the_documentation_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in PAGES:
        for line in console_lines(page):
            for target in re.findall(r"^make ([\w-]+)", line):
                assert re.search(rf"^{target}:", makefile, re.M), f"{page}: make {target}"


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page}: {target}"


FASTER = "--set input.height=32 --set input.width=32 --set stages.1.epochs=1"
SMALL = f"{FASTER} --set model.backbone=small-cnn --set model.weights=none --set stages.0.learn=all"


@pytest.mark.parametrize("settings", [SMALL, pytest.param(FASTER, marks=pytest.mark.slow)])
def test_the_readmes_commands_run_in_order(
    settings: str, small_data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(small_data.lesions, tmp_path / "lesions")  # the command finds what it would have drawn
    monkeypatch.chdir(tmp_path)
    lines = [line for line in console_lines(ROOT / "README.md") if line.startswith("lentigo ")]
    assert {shlex.split(line)[1] for line in lines} >= {
        "data",
        "split",
        "train",
        "evaluate",
        "explain",
        "predict",
    }
    for line in (line.replace("--images 720", "--images 160 --height 64 --width 80") for line in lines):
        assert main(shlex.split(f"{line} {settings}" if " train " in line else line)[1:]) == 0, line
    assert "<img" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
