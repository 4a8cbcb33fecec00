from __future__ import annotations

import pandas as pd
import pytest

from lentigo.data.metadata.drawn import count_sources, drawn_warning, mark_drawn


def test_a_drawing_is_known_by_its_name_wherever_it_comes_from() -> None:
    table = pd.DataFrame(
        [
            ("SYN_0000001", "images/SYN_0000001.jpg", "", ""),
            ("nevus/7", "nevus/SYN_0000007.jpg", "", "CC-BY-4.0"),
            ("SYN_0000002", "SYN_0000002.jpg", "somebody's own", ""),
            ("SYN_12", "SYN_12.jpg", "", ""),
            ("ISIC_0000001", "ISIC_0000001.jpg", "HAM", "CC-BY-NC-4.0"),
        ],
        columns=["image_id", "path", "source", "licence"],
    )
    found = mark_drawn(table)
    assert found["source"].tolist() == ["synthetic", "synthetic", "somebody's own", "", "HAM"]
    assert found["licence"].tolist() == ["CC0-1.0", "CC-BY-4.0", "", "", "CC-BY-NC-4.0"]
    assert table["source"].tolist()[0] == "", "the table given stays as it is"


@pytest.mark.parametrize(
    ("sources", "warning"),
    [
        ({"HAM": 5, "": 2}, ""),
        ({}, ""),
        ({"synthetic": 3}, "Trained on drawn lesions: never for real skin."),
        (
            count_sources(["HAM", "synthetic", "HAM", ""]),
            "Trained on 4 images of which 1 are drawn lesions: never for real skin.",
        ),
    ],
)
def test_one_drawing_is_enough_to_say_so(sources: dict[str, int], warning: str) -> None:
    assert drawn_warning(sources) == warning
