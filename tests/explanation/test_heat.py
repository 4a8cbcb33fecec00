from __future__ import annotations

import numpy as np
import pytest

from lentigo.explanation.heat import area_share, border_mask, corner_mask, edge_warnings, heat_share


def test_the_share_of_heat_in_a_mask() -> None:
    maps = np.zeros((3, 2, 2), np.float32)
    maps[0] = [[1, 0], [0.5, 0.5]]
    maps[1] = 0.3
    masks = np.zeros((3, 2, 2), bool)
    masks[:, 0, 0] = True
    share = heat_share(maps, masks)
    assert share[0] == pytest.approx(0.5)
    assert share[1] == pytest.approx(area_share(masks)[1]) == pytest.approx(0.25)  # even heat is chance
    assert np.isnan(share[2])


@pytest.mark.parametrize(("height", "width"), [(100, 100), (50, 80)])
def test_border_and_corners_have_the_areas_they_are_said_to_have(height: int, width: int) -> None:
    border, corners = border_mask(height, width), corner_mask(height, width)
    assert border.mean() == pytest.approx(0.36)
    assert corners.mean() == pytest.approx(0.16)
    assert border[0].all()
    assert border[:, -1].all()
    assert not border[height // 2, width // 2]
    assert corners[0, 0]
    assert corners[-1, 0]
    assert not corners[0, width // 2]


def test_heat_in_a_corner_or_along_an_edge_is_warned_of_and_heat_in_the_middle_is_not() -> None:
    corner, edge, middle = np.zeros((3, 40, 40), np.float32)
    corner[:6, :6] = 1
    edge[:, :3] = 1
    middle[10:30, 10:30] = 1
    assert [text.split(" lies in the ")[1].split(",")[0] for text in edge_warnings(corner)] == [
        "border",
        "corners",
    ]
    assert "100% of the heat lies in the border, 36% of the area" in edge_warnings(edge)
    assert edge_warnings(middle) == []
    assert edge_warnings(np.ones((40, 40), np.float32)) == []


def test_a_map_without_heat_is_said_to_be_one() -> None:
    assert edge_warnings(np.zeros((8, 8), np.float32)) == ["nothing in the image speaks for this class"]
