"""Import: what is kept, what is rejected and why, and what stops it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lentigo.data.groups import group_ids
from lentigo.data.importing import import_images
from lentigo.data.manifest import load_facts, load_manifest
from lentigo.data.sources import isic
from lentigo.data.sources.table import SourceTable, source_table
from lentigo.data.tables import LentigoWarning, read_table
from lentigo.settings.errors import DataError, TableError
from lentigo.settings.files import sha256_of

Draw = Callable[..., None]

pytestmark = pytest.mark.filterwarnings("ignore::lentigo.data.tables.LentigoWarning")


def source_of(root: Path, **columns: list[str]) -> SourceTable:
    rows = pd.DataFrame(columns)
    rows["path"] = columns.get("path", [f"{name}.jpg" for name in rows["image_id"]])
    return source_table(rows, root, {"source": "made"})


@pytest.fixture
def images(tmp_path: Path, draw_image: Draw) -> Path:
    """Four images a, b, c, d."""
    root = tmp_path / "images"
    for seed, name in enumerate("abcd"):
        draw_image(root / f"{name}.jpg", seed, width=90 + seed)
    return root


FOUR = {"image_id": ["d", "c", "b", "a"], "class": ["NV", "NV", "MEL", "MEL"]}


def test_a_source_becomes_a_manifest(images: Path, tmp_path: Path) -> None:
    source = source_of(images, **FOUR, age_years=["85", "", "40.5", "0"], licence=["CC0-1.0"] * 4)
    seen: list[tuple[str, int, int]] = []
    result = import_images(source, tmp_path / "out", progress=lambda *step: seen.append(step))
    table = result.manifest.table
    assert table["image_id"].tolist() == ["a", "b", "c", "d"]
    assert table["width"].tolist() == [90, 91, 92, 93]
    assert table["height"].tolist() == [72] * 4
    assert table["sha256"].tolist() == [sha256_of(images / f"{name}.jpg") for name in "abcd"]
    assert table["perceptual_hash"].str.fullmatch("[0-9a-f]{16}").all()
    assert table["perceptual_hash"].nunique() == 4
    assert table["age_years"].fillna(-1).tolist() == [0, 40.5, -1, 85]
    steps = [("reading images", done, 4) for done in (1, 2, 3, 4)]
    assert seen == [("reading images", 0, 0), *steps, ("writing the manifest", 0, 0)]
    assert len(result.problems) == 0
    assert not (tmp_path / "out" / "problems.csv").exists()
    assert load_manifest(tmp_path / "out").sha256 == result.manifest.sha256
    facts = load_facts(tmp_path / "out")
    assert (facts["num_images"], facts["num_groups"], facts["source"]) == (4, 4, "made")
    assert facts["class_counts"] == {"MEL": 2, "NV": 2}
    assert facts["licences"] == {"CC0-1.0": 4}
    assert facts["sources"] == {"": 4}


def test_bad_files_are_rejected_with_a_reason_and_the_rest_goes_on(images: Path, tmp_path: Path) -> None:
    (images / "empty.jpg").write_bytes(b"")
    (images / "text.jpg").write_text("not an image")
    (images / "cut.jpg").write_bytes((images / "a.jpg").read_bytes()[:-900])
    ids = ["a", "b", "c", "empty", "text", "cut", "gone"]
    source = source_of(images, image_id=ids, **{"class": ["MEL", "NV", "NV", *["MEL"] * 4]})
    with pytest.warns(LentigoWarning, match="4 images were rejected"):
        result = import_images(source, tmp_path / "out")
    assert result.manifest.table["image_id"].tolist() == ["a", "b", "c"]
    problems = read_table(tmp_path / "out" / "problems.csv", ["image_id", "path", "reason"])
    assert problems["image_id"].tolist() == ["empty", "text", "cut", "gone"]
    assert problems["path"].tolist() == ["empty.jpg", "text.jpg", "cut.jpg", "gone.jpg"]
    assert (problems["reason"].str.len() > 5).all()
    assert problems["reason"].iloc[3] == "the file is missing"
    assert load_facts(tmp_path / "out")["num_rejected"] == 4
    import_images(source_of(images, **FOUR), tmp_path / "out", overwrite=True)
    assert not (tmp_path / "out" / "problems.csv").exists(), "it is of an earlier import"


def test_an_existing_manifest_stops_before_any_work(images: Path, tmp_path: Path) -> None:
    import_images(source_of(images, **FOUR), tmp_path / "out")
    before = (tmp_path / "out" / "manifest.csv").read_bytes()
    with pytest.raises(DataError, match="exists"):
        import_images(source_of(images / "nowhere", **FOUR), tmp_path / "out")
    import_images(source_of(images, **FOUR), tmp_path / "out", overwrite=True)
    assert (tmp_path / "out" / "manifest.csv").read_bytes() == before


def test_the_same_bytes_under_two_ids_are_one_group(images: Path, tmp_path: Path) -> None:
    (images / "copy.jpg").write_bytes((images / "c.jpg").read_bytes())
    ids = ["a", "b", "c", "copy"]
    source = source_of(images, image_id=ids, **{"class": ["MEL", "NV", "NV", "NV"]})
    result = import_images(source, tmp_path / "out")
    assert group_ids(result.manifest.table).tolist() == ["a", "b", "c", "c"]


def test_the_same_bytes_with_two_classes_stop(images: Path, tmp_path: Path) -> None:
    (images / "copy.jpg").write_bytes((images / "c.jpg").read_bytes())
    source = source_of(images, image_id=["a", "c", "copy"], **{"class": ["MEL", "NV", "MEL"]})
    with pytest.raises(DataError, match="'c' is NV, 'copy' is MEL"):
        import_images(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_lesion_of_two_patients_stops(images: Path, tmp_path: Path) -> None:
    source = source_of(images, **FOUR, lesion_id=["L", "L", "", "M"], patient_id=["p", "q", "r", ""])
    with pytest.raises(TableError, match="lesion 'L': patients 'p', 'q'"):
        import_images(source, tmp_path / "out")


def test_one_class_stops(images: Path, tmp_path: Path) -> None:
    source = source_of(images, image_id=["a", "b", "gone"], **{"class": ["NV", "NV", "MEL"]})
    with pytest.raises(DataError, match="all 2 usable images are of class 'NV'"):
        import_images(source, tmp_path / "out")


def test_nothing_usable_stops_with_the_reasons(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"(?s)none of the images can be used.*a\.jpg: the file is missing"):
        import_images(source_of(tmp_path, **FOUR), tmp_path / "out")


def test_an_age_that_is_no_number_stops_and_names_the_image(images: Path, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="image 'c': 'old'"):
        import_images(source_of(images, **FOUR, age_years=["1", "old", "2", "3"]), tmp_path / "out")


@pytest.mark.parametrize("path", ["../images/a.jpg", "/etc/passwd", "https://x.org/a.jpg", "a\0.jpg"])
def test_paths_out_of_the_image_root_stop(images: Path, tmp_path: Path, path: str) -> None:
    source = source_of(images, **FOUR, path=["d.jpg", "c.jpg", "b.jpg", path])
    with pytest.raises(DataError, match="inside the image root"):
        import_images(source, tmp_path / "out")


def test_hostile_names_work(tmp_path: Path, draw_image: Draw) -> None:
    names = ["<script>", "=cmd()", "img[1]", "$\\frac{", "\u202egpj", "a,b", 'quo"te', "new\nline"]
    for seed, name in enumerate(names):
        draw_image(tmp_path / "images" / f"{name}.jpg", seed)
    source = source_of(tmp_path / "images", image_id=names, **{"class": ["MEL", "NV"] * 4})
    import_images(source, tmp_path / "out")
    loaded = load_manifest(tmp_path / "out")
    assert set(loaded.table["image_id"]) == set(names)
    assert all(path.is_file() for path in loaded.paths())


def test_tables_alone_are_enough_without_verification(tmp_path: Path) -> None:
    source = source_of(tmp_path / "nowhere", **FOUR, lesion_id=["L", "L", "", ""])
    result = import_images(source, tmp_path / "out", verify_images=False)
    table = load_manifest(tmp_path / "out").table
    assert table["path"].tolist() == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
    assert set(table["sha256"]) == {""}
    assert set(table["width"]) == {0}
    assert group_ids(table).tolist() == ["a", "b", "c", "c"], "empty hashes link nothing"
    assert load_facts(tmp_path / "out")["images_verified"] is False
    assert len(result.problems) == 0


def test_images_without_a_file_are_listed_when_no_image_is_opened(images: Path, tmp_path: Path) -> None:
    source = source_of(images, image_id=[*"abcd", "e"], **{"class": ["MEL", "NV"] * 2 + ["NV"]})
    with pytest.warns(LentigoWarning, match=r"1 of 5 images have no file under .*'e.jpg'"):
        import_images(source, tmp_path / "out", verify_images=False)
    assert read_table(tmp_path / "out" / "missing.csv", ["image_id"])["path"].tolist() == ["e.jpg"]
    (images / "e.jpg").touch()
    import_images(source, tmp_path / "out", verify_images=False, overwrite=True)
    assert not (tmp_path / "out" / "missing.csv").exists()


def test_real_images(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "isic2019-small"
    source = isic.read(folder)
    few = SourceTable(source.table.groupby("class").head(4).reset_index(drop=True), source.image_root)
    result = import_images(few, tmp_path)
    assert len(result.problems) == 0
    assert result.manifest.class_names == ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC")
    sizes = (
        read_table(folder / "provenance.csv", ["image"])
        .set_index("image")
        .loc[result.manifest.table["image_id"]]
    )
    assert result.manifest.table["width"].tolist() == sizes["width"].astype(int).tolist()
    assert result.manifest.table["height"].tolist() == sizes["height"].astype(int).tolist()
