"""Images to explain, their contact sheets by class, and what is said of their maps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.explaining.explanation import _Drawing, _map_facts, _warnings, explain, sheet_rows
from lentigo.api.explaining.images_to_explain import ImagesToExplain
from lentigo.settings.errors import SettingsError


def to_explain(*truth: str) -> ImagesToExplain:
    probabilities = np.array([[0.6, 0.4], [0.1, 0.9], [0.7, 0.3]])
    images = np.zeros((3, 8, 8, 3), np.uint8)
    return ImagesToExplain(("a", "b", "c"), (Path("a"),) * 3, images, probabilities, ("MEL", "NV"), truth)


def drawing(class_name: str = "MEL", place: int = 0) -> _Drawing:
    return _Drawing(class_name, 0.5, np.zeros((8, 8), np.float32), place)


def test_rows_are_by_truth_with_image_and_overlays_side_by_side() -> None:
    drawn = [[drawing("MEL", 0)], [drawing("NV", 1)], [drawing("MEL", 2)]]
    rows = sheet_rows(to_explain("NV", "NV", "MEL"), drawn)
    assert list(rows) == ["MEL", "NV"]
    assert [row.title for row in rows.values()] == ["melanoma", "melanocytic nevus"]
    assert [len(row.tiles) for row in rows.values()] == [2, 4]
    assert rows["NV"].tiles[0].caption == ("a", "truth NV, says MEL")
    assert rows["NV"].tiles[1].caption[0] == "says MEL 50%"
    leaked = sheet_rows(replace(to_explain("NV", "NV", "MEL"), leaked=True), drawn)
    assert leaked["NV"].tiles[0].caption[1] == "LEAKED truth NV, says MEL"


def test_rows_are_by_prediction_where_truth_is_not_known() -> None:
    rows = sheet_rows(to_explain(), [[drawing("MEL"), drawing("NV")]] * 3)
    assert [len(row.tiles) for row in rows.values()] == [6, 3]
    assert rows["NV"].tiles[0].caption[1] == "truth unknown, says NV"
    assert [tile.caption[0] for tile in rows["NV"].tiles[1:]] == ["for MEL 50%", "says NV 50%"]


def test_a_class_with_a_hostile_name_cannot_leave_the_folder() -> None:
    assert drawing("../../x", 3).file_name == "0003-______x.png"


def test_shares_of_heat_by_place_and_none_for_an_empty_map() -> None:
    mask = np.zeros((8, 8), bool)
    mask[2:4, 2:4] = True
    heat = np.zeros((8, 8), np.float32)
    heat[2, 2:6] = 1
    facts = _map_facts(_Drawing("MEL", 0.5, heat, 0), {"lesion": mask})
    assert facts["heat_shares"] == {"border": 0, "corners": 0, "lesion": 0.5}
    assert facts["warnings"] == []
    empty = _map_facts(drawing(), {"lesion": mask})
    assert set(empty["heat_shares"].values()) == {None}
    assert "nothing" in empty["warnings"][0]


def test_warnings_count_odd_maps_and_name_small_feature_maps() -> None:
    odd = {"warnings": ["60% of the heat lies in the border, 36% of the area"]}
    maps = [{"maps": [odd, {"warnings": []}]}, {"maps": [{"warnings": ["nothing in the image speaks ..."]}]}]
    facts = {"feature_shape": [2, 2, 9], "method": "cam", "target": "truth", "images": maps}
    found = _warnings(facts)
    assert "2 x 2 cells" in found[0]
    assert found[1].startswith("heat piled up at the border in 1 of 3 maps")
    assert found[2].startswith("no heat in 1 of 3 maps")
    assert _warnings({**facts, "method": "occlusion", "images": []}) == []
    assert _warnings({**facts, "leaked": True})[0].startswith("LEAKED: ")


def test_where_all_classes_are_explained_warnings_are_of_the_predicted_one() -> None:
    text = "60% of the heat lies in the border, 36% of the area"
    odd, fine = {"class": "MEL", "warnings": [text]}, {"class": "NV", "warnings": []}
    facts = {"feature_shape": [5, 5, 9], "method": "cam", "target": "all"}
    assert _warnings({**facts, "images": [{"predicted": "NV", "maps": [odd, fine]}]}) == []
    assert len(_warnings({**facts, "images": [{"predicted": "MEL", "maps": [odd, fine]}]})) == 1


def test_an_unknown_method_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="grad-cam"):
        explain(tmp_path / "no run", method="grad-cam")


def test_masks_of_drawn_images_are_found_and_all_classes_explained(small_job: Any, tmp_path: Path) -> None:
    found = explain(small_job.run, count=8, target="all", method="layercam", out=tmp_path)
    assert found["layer"] == "block3_pool"
    assert len(found["overlays"]) == 8 * len(found["images"])
    for image in found["images"]:
        assert 0 < image["areas"]["evidence"] < 1
        assert 0 < image["areas"]["lesion"] < 1
        assert [one["class"] for one in image["maps"]] == found["class_names"]
        assert set(image["maps"][0]["heat_shares"]) == {"border", "corners", "lesion", "evidence"}
        assert (tmp_path / image["maps"][0]["overlay"]).is_file()
    assert set(found["sheets"]) == {image["truth"] for image in found["images"]}
