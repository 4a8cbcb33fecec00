"""The section of lesions."""

from __future__ import annotations

from lentigo.report.sections.lesions import lesions_content


def test_figures_of_lesions_stand_beside_those_of_images() -> None:
    image = {"balanced_accuracy": {"value": 0.5}}
    lesion = {"balanced_accuracy": {"value": 0.75}}
    told = {"n_lesions": 2, "n_several": 1, "views": {"dermoscopic": 2, "clinical": 1}, "metrics": lesion}
    content = lesions_content({"metrics": image, "lesions": told})
    assert content
    assert content["views"] == ["2 dermoscopic", "1 clinical"]
    row = next(row for row in content["rows"] if row["lesions"])
    assert (row["lesions"]["value"], row["images"]["value"]) == (0.75, 0.5)
    assert lesions_content({"metrics": image}) is None
    assert lesions_content({"metrics": image, "lesions": None}) is None
