"""A bundle is put in place whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.bundle.format import parse_facts
from lentigo.bundle.writing import staged
from lentigo.settings.errors import BundleError
from lentigo.settings.files import sha256_of


def test_what_fails_leaves_nothing_behind(small_bundle: Path) -> None:
    before = {path.name: sha256_of(path) for path in small_bundle.iterdir()}
    with pytest.raises(IsADirectoryError), staged(small_bundle) as folder:
        folder.write_text("fails, because it is a folder")
    assert {path.name: sha256_of(path) for path in small_bundle.iterdir()} == before
    assert [path.name for path in small_bundle.parent.iterdir()] == [small_bundle.name]


def test_a_new_bundle_takes_the_place_of_an_old_one(small_bundle: Path) -> None:
    with staged(small_bundle) as folder:
        (folder / "new").write_text("x")
    assert [path.name for path in small_bundle.iterdir()] == ["new"]
    assert [path.name for path in small_bundle.parent.iterdir()] == [small_bundle.name]


def test_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    with pytest.raises(BundleError, match="exists and is not a bundle"), staged(tmp_path / "photos"):
        pass
    assert (tmp_path / "photos" / "a.jpg").is_file()


def test_hashes_and_sizes_are_those_of_the_files(small_bundle: Path) -> None:
    files = parse_facts((small_bundle / "bundle.json").read_text()).files
    assert set(files) == {"model.onnx", "MODEL_CARD.md"}
    for name, one in files.items():
        assert one.sha256 == sha256_of(small_bundle / name)
        assert one.size_bytes == (small_bundle / name).stat().st_size
