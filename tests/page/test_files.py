"""The files of the page, as they lie in the package."""

from __future__ import annotations

from pathlib import Path

from lentigo.page import FRONT, page_files

STATIC = Path(__file__).resolve().parents[2] / "src/lentigo/page/static"


def test_every_file_is_there_by_its_path_with_its_type() -> None:
    files = page_files()
    assert set(files) == {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    types = {FRONT: "text/html", "theme.js": "text/javascript", "lentigo.svg": "image/svg+xml"}
    assert {name: files[name].media_type for name in types} == types
    assert files["theme.js"].content == (STATIC / "theme.js").read_bytes()


def test_a_tag_tells_contents_apart() -> None:
    files = page_files()
    assert len({file.tag for file in files.values()}) == len({file.content for file in files.values()})


def test_who_answers_is_said_in_one_file() -> None:
    naming = [path.name for path in STATIC.rglob("*.js") if "Server }" in path.read_text(encoding="utf-8")]
    assert naming == []
    assert "export { Server as Source }" in (STATIC / "modules/source.js").read_text(encoding="utf-8")
