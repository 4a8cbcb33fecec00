from __future__ import annotations

import csv
import json
import warnings
from collections import Counter, defaultdict

import cv2
import numpy as np
import pytest

from lentigo.data.sources import isic
from lentigo.data.sources.synthetic import SHARES, VIEW_CHANCES, synthesize
from lentigo.data.tables import LentigoWarning
from lentigo.data.taxonomy import ISIC_2019_ORDER
from lentigo.settings.errors import DataError

REQUEST = {"num_images": 40, "seed": 3, "height": 48, "width": 64}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return synthesize(tmp_path_factory.mktemp("drawn") / "set", **REQUEST)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_tables_have_the_official_form(folder):
    truth, metadata = rows_of(folder / "GroundTruth.csv"), rows_of(folder / "Metadata.csv")
    assert tuple(truth[0]) == ("image", *ISIC_2019_ORDER)
    assert list(metadata[0]) == ["image", "age_approx", "anatom_site_general", "lesion_id", "sex"]
    assert [row["image"] for row in truth] == [f"SYN_{number:07d}" for number in range(1, 41)]
    assert [row["image"] for row in metadata] == [row["image"] for row in truth]
    assert all(sorted(list(row.values())[1:]) == ["0.0"] * 8 + ["1.0"] for row in truth)


def test_every_image_has_pixels_and_two_masks(folder):
    for row in rows_of(folder / "GroundTruth.csv"):
        picture = cv2.imread(str(folder / "images" / f"{row['image']}.jpg"))
        assert picture.shape == (48, 64, 3)
        for kind in ("lesion", "evidence"):
            mask = cv2.imread(str(folder / "masks" / f"{row['image']}.{kind}.png"), cv2.IMREAD_GRAYSCALE)
            assert mask.shape == (48, 64)
            assert set(np.unique(mask)) == {0, 255}


def test_the_isic_source_reads_it_and_has_nothing_to_remark(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("error", LentigoWarning)
        table = isic.read(folder).table
    assert len(table) == 40
    assert set(table["class"]) == set(SHARES)
    assert (table["lesion_id"] != "").all()
    assert set(table["source"]) == {"synthetic"}
    assert set(table["licence"]) == {"CC0-1.0"}


def test_a_lesion_has_one_class_and_one_person(folder):
    truth = {
        row["image"]: max(ISIC_2019_ORDER, key=lambda name, row=row: float(row[name]))
        for row in rows_of(folder / "GroundTruth.csv")
    }
    lesions = defaultdict(set)
    for row in rows_of(folder / "Metadata.csv"):
        image = row.pop("image")
        lesions[row["lesion_id"]].add((truth[image], *row.values()))
    assert all(len(facts) == 1 for facts in lesions.values())
    assert len(lesions) < 40


def test_facts_are_kept(folder):
    record = json.loads((folder / "synthetic.json").read_text(encoding="utf-8"))
    assert record["source"] == "synthetic"
    assert record["licence"] == "CC0-1.0"
    assert {key: record[key] for key in REQUEST} == REQUEST
    assert len(record["images"]) == 40
    assert record["images"]["SYN_0000001"]["structures"]


def test_the_same_request_again_changes_nothing(folder):
    before = contents(folder)
    assert synthesize(folder, **REQUEST) == folder
    assert contents(folder) == before


def test_an_interrupted_request_is_finished(folder, tmp_path):
    whole = contents(folder)
    target = synthesize(tmp_path / "again", **REQUEST)
    for name in ("GroundTruth.csv", "images/SYN_0000004.jpg", "masks/SYN_0000009.lesion.png"):
        (target / name).unlink()
    seen = []
    synthesize(target, **REQUEST, progress=lambda done, total: seen.append((done, total)))
    assert contents(target) == whole
    assert seen == [(39, 40), (40, 40)]


def test_another_seed_gives_other_images(folder, tmp_path):
    other = synthesize(tmp_path / "other", **{**REQUEST, "num_images": 4, "seed": 4})
    names = [f"images/SYN_{number:07d}.jpg" for number in range(1, 5)]
    assert all((other / name).read_bytes() != (folder / name).read_bytes() for name in names)


@pytest.mark.parametrize("change", [{"seed": 5}, {"num_images": 41}, {"width": 80}])
def test_another_request_does_not_write_into_the_folder(folder, change):
    before = contents(folder)
    with pytest.raises(DataError, match="another request"):
        synthesize(folder, **{**REQUEST, **change})
    assert contents(folder) == before


def test_foreign_files_are_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="not empty"):
        synthesize(tmp_path, 4)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("change", [{"num_images": 0}, {"seed": -1}, {"height": 8}])
def test_senseless_requests_are_refused(tmp_path, change):
    with pytest.raises(DataError, match="expected at least"):
        synthesize(tmp_path / "new", **{**REQUEST, **change})
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("num_images", [24, 100, 600, 2000])
def test_no_class_is_too_rare(num_images):
    from lentigo.data.sources.synthetic import _plan_images

    plans = _plan_images(num_images, 0)
    counts = Counter(plan.class_name for plan in plans)
    assert len(plans) == len({plan.image for plan in plans}) == num_images
    assert set(counts) == set(SHARES)
    assert max(counts, key=counts.__getitem__) == "NV"
    if num_images >= 100:
        assert min(counts.values()) >= 0.06 * num_images


def test_some_lesions_have_several_views():
    from lentigo.data.sources.synthetic import _plan_images

    views = Counter(Counter(plan.lesion_id for plan in _plan_images(2000, 1)).values())
    assert set(views) == {1, 2, 3, 4}
    assert views[1] / sum(views.values()) == pytest.approx(VIEW_CHANCES[0], abs=0.05)


def test_shares_sum_to_one():
    assert sum(SHARES.values()) == pytest.approx(1)
    assert sum(VIEW_CHANCES) == pytest.approx(1)
