"""Manifests: written, read back, verified, and kept inside their image root."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lentigo.data.manifest import (
    COLUMNS,
    Manifest,
    check_paths,
    load_facts,
    load_manifest,
    replace_manifest,
    require_no_manifest,
)
from lentigo.settings.errors import DataError, TableError
from lentigo.settings.files import sha256_of

TableMaker = Callable[..., pd.DataFrame]


@pytest.fixture
def saved(make_table: TableMaker, tmp_path: Path) -> Manifest:
    table = make_table(
        image_id=["0012", "1E5", "NA"],
        age_years=[55.0, np.nan, 47.5],
        width=[600, 1024, 0],
        sha256=["a" * 64, "b" * 64, ""],
    )
    return replace_manifest(tmp_path, table, tmp_path / "images", ("MEL", "NV"), {"source": "made"})


def test_a_manifest_is_read_back_as_it_was(saved: Manifest, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "manifest.csv"):
        loaded = load_manifest(path)
        pd.testing.assert_frame_equal(loaded.table, saved.table, check_dtype=False)
        assert (loaded.class_names, loaded.sha256) == (saved.class_names, saved.sha256)
        assert loaded.image_root == tmp_path / "images"
        assert loaded.path == tmp_path / "manifest.csv"
    assert loaded.table["age_years"].dtype == float
    assert loaded.table["width"].tolist() == [600, 1024, 0]
    assert saved.sha256 == sha256_of(tmp_path / "manifest.csv")
    assert (tmp_path / "manifest.csv").read_text().splitlines()[0] == ",".join(COLUMNS)
    assert load_facts(tmp_path)["source"] == "made"


def test_what_a_manifest_says(saved: Manifest, tmp_path: Path) -> None:
    assert saved.image_path(1) == tmp_path / "images" / "1E5.jpg"
    assert saved.paths() == [tmp_path / "images" / name for name in ("0012.jpg", "1E5.jpg", "NA.jpg")]
    assert saved.labels().tolist() == ["MEL", "NV", "MEL"]
    assert saved.image_ids().tolist() == ["0012", "1E5", "NA"]
    assert saved.class_counts() == {"MEL": 2, "NV": 1}


def test_the_same_manifest_has_the_same_bytes(saved: Manifest, tmp_path: Path) -> None:
    again = replace_manifest(tmp_path, saved.table, saved.image_root, saved.class_names, {"source": "made"})
    assert again.sha256 == saved.sha256


def test_an_existing_manifest_is_not_replaced_by_accident(saved: Manifest, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"manifest.csv exists.*--force"):
        require_no_manifest(tmp_path)
    require_no_manifest(tmp_path / "elsewhere")


def test_images_beside_the_manifest_move_with_it(saved: Manifest, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("manifest.csv", "manifest.json"):
        (tmp_path / name).rename(moved / name)
    assert load_manifest(moved).image_root == moved / "images"
    assert load_manifest(moved, root=tmp_path / "images").image_root == tmp_path / "images"


def test_images_elsewhere_are_found_by_their_absolute_root(make_table: TableMaker, tmp_path: Path) -> None:
    replace_manifest(tmp_path / "a", make_table(image_id=["x", "y"]), tmp_path / "b", ("MEL", "NV"), {})
    assert load_manifest(tmp_path / "a").image_root == (tmp_path / "b").resolve()


def test_a_changed_manifest_is_refused(saved: Manifest, tmp_path: Path) -> None:
    text = (tmp_path / "manifest.csv").read_text()
    (tmp_path / "manifest.csv").write_text(text.replace("MEL", "NV", 1))
    with pytest.raises(DataError, match="import the images again"):
        load_manifest(tmp_path)


def rewrite(folder: Path, old: str, new: str) -> None:
    """Change the table and let manifest.json agree, as someone who means harm would."""
    file = folder / "manifest.csv"
    file.write_text(file.read_text().replace(old, new))
    record = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**record, "sha256": sha256_of(file)}))


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ("1E5,", "0012,", TableError, "line 3: image '0012' appears again"),
        (",NV,", ",,", TableError, "line 3: no image_id or no class"),
        (",NV,", ",ZZZ,", TableError, "'ZZZ' are not in manifest.json"),
        (",55,", ",old,", TableError, "age_years is not a number of 0 or more:\n.*line 2: 'old'"),
        (",55,", ",-1,", TableError, "line 2: '-1'"),
        (",600,", ",inf,", TableError, "width is not a number"),
        ("image_id,", "imageid,", TableError, "no column 'image_id'; did you mean imageid"),
        ("1E5.jpg", "../1E5.jpg", DataError, "leaves the folder"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(
    saved: Manifest, tmp_path: Path, old: str, new: str, error: type[Exception], message: str
) -> None:
    rewrite(tmp_path, old, new)
    with pytest.raises(error, match=message):
        load_manifest(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "is damaged"), ('{"sha256": ""}', "not a manifest of schema 1")],
)
def test_a_damaged_record_is_refused(saved: Manifest, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DataError, match=message):
        load_manifest(tmp_path)


def test_a_missing_manifest_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="lentigo data import"):
        load_manifest(tmp_path)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../a.jpg", "leaves"),
        ("a/../../b.jpg", "leaves"),
        ("..\\a.jpg", "leaves"),
        ("/etc/passwd", "absolute"),
        ("\\\\server\\a.jpg", "absolute"),
        ("C:\\a.jpg", "absolute"),
        ("https://example.org/a.jpg", "URL"),
        ("file:///etc/passwd", "URL"),
        ("a\0.jpg", "NUL"),
        ("", "empty"),
    ],
)
def test_paths_out_of_the_root_are_refused(tmp_path: Path, path: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        check_paths(["fine.jpg", path], tmp_path)


def test_hostile_names_inside_the_root_are_fine(tmp_path: Path) -> None:
    check_paths(
        ["<script>.jpg", "=cmd().jpg", "img[/].jpg", "$\\frac{.jpg", "\u202egpj.a", "a..b.jpg", "~"], tmp_path
    )


def test_symbolic_links_may_not_leave_the_root(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "real", outside):
        folder.mkdir(parents=True)
        (folder / "a.jpg").write_bytes(b"x")
    os.symlink(root / "real" / "a.jpg", root / "inner.jpg")
    os.symlink(root / "real", root / "also")
    check_paths(["real/a.jpg", "inner.jpg", "also/a.jpg"], root)
    os.symlink(outside / "a.jpg", root / "file.jpg")
    os.symlink(outside, root / "folder")
    for path in ("file.jpg", "folder/a.jpg"):
        with pytest.raises(DataError, match="symbolic link"):
            check_paths([path], root)
    os.symlink(root, tmp_path / "root-link")
    check_paths(["real/a.jpg"], tmp_path / "root-link")
