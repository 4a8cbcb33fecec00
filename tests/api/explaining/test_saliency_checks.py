"""All checks of a small run: figures of the right shape, and findings where there is something to find."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.explaining.saliency_checks import _mean_over_twins, check_saliency, findings
from lentigo.explanation.methods import METHODS, Look, Method
from lentigo.settings.reading import read_json


@pytest.fixture(scope="module")
def checked(small_job: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    out = tmp_path_factory.mktemp("checks")
    return check_saliency(small_job.run, count=8, out=out), out


def test_every_method_the_head_allows_is_put_to_every_test(checked: tuple[dict[str, Any], Path]) -> None:
    facts, out = checked
    assert list(facts["methods"]) == ["gradcam", "gradcam++", "layercam", "occlusion"]  # the head flattens
    assert facts["n_images"] == 8
    for method in facts["methods"].values():
        assert set(method["heat"]) == {"lesion", "evidence", "border", "corners"}
        for place in method["heat"].values():
            for key in ("trained", "random_weights"):
                value = place[key]["value"]
                assert value is None or 0 <= value <= 1
        assert 0 <= method["deletion"]["value"] <= 1
        assert method["deletion"]["n"] == 8
        assert -1 <= method["random_weights"]["structural_similarity"]["value"] <= 1
    assert set(facts["baselines"]) == {"middle", "random"}
    assert facts["area"]["border"]["value"] == pytest.approx(0.36, abs=0.06)
    assert read_json(out / "checks.json")["findings"] == facts["findings"]


def test_randomisation_goes_block_by_block_and_leaves_occlusion_out(
    checked: tuple[dict[str, Any], Path],
) -> None:
    steps = checked[0]["randomisation"]
    assert steps["blocks"] == ["head", "block3", "block2", "block1"]
    for order in ("cascading", "independent"):
        assert [set(step) for step in steps[order]] == [{"gradcam", "gradcam++", "layercam"}] * 4
    first = [steps[order][0]["gradcam"]["rank_correlation"] for order in ("cascading", "independent")]
    assert first[0] == first[1]  # the head alone, both times


def test_the_page_stands_alone_and_shows_every_method(checked: tuple[dict[str, Any], Path]) -> None:
    page = (checked[1] / "checks.html").read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "").split("data:")[0]
    for method in checked[0]["methods"].values():
        assert method["title"] in page
    assert "Not a medical device" in page


def lightness(look: Look, classes: np.ndarray) -> np.ndarray:
    """Heat where the image is light, whatever the weights."""
    light = look.images.mean(axis=-1)
    return np.repeat(light[:, np.newaxis], classes.shape[1], axis=1).astype(np.float32)


@pytest.fixture
def more_methods() -> Iterator[None]:
    """One method that there is, and more than there are colours that there are not."""
    before = dict(METHODS)
    lights = {f"light{number}": Method(f"Light {number}", lightness) for number in range(5)}
    slow = {"slow": Method("Slow light", lightness, is_quick=False)}
    METHODS.clear()
    METHODS.update({"gradcam": before["gradcam"]} | lights | slow)
    yield
    METHODS.clear()
    METHODS.update(before)


@pytest.mark.usefixtures("more_methods")
def test_rows_added_to_the_table_are_put_to_every_test(small_job: Any, tmp_path: Path) -> None:
    found = check_saliency(small_job.run, count=8, out=tmp_path)
    assert "Light 4: maps of random weights are still alike" in found["findings"]
    assert found["methods"]["light4"]["random_weights"]["rank_correlation"]["value"] == 1
    assert found["methods"]["slow"]["num_random_networks"] == 1
    steps = found["randomisation"]["cascading"]
    assert all(set(step) == {"gradcam", *(f"light{number}" for number in range(5))} for step in steps)
    page = (tmp_path / "checks.html").read_text()
    assert "Light 4" in page
    assert "3 networks; Slow light: 1." in page


def interval(value: float, reach: float = 0.05) -> dict[str, float]:
    return {"value": value, "low": value - reach, "high": value + reach}


@pytest.fixture
def good() -> dict[str, Any]:
    heat = {
        "evidence": {"trained": interval(0.5), "difference": interval(0.2), "above_middle": interval(0.1)},
        "border": {"trained": interval(0.1)},
        "corners": {"trained": interval(0.02)},
    }
    method = {"title": "CAM", "heat": heat, "random_weights": {"rank_correlation": interval(0.1)}}
    return {"methods": {"cam": method}, "area": {"border": {"value": 0.36}, "corners": {"value": 0.16}}}


def test_good_maps_have_no_findings(good: dict[str, Any]) -> None:
    assert findings(good) == []


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("heat", "evidence", "difference"), 0.03, "than with random weights"),
        (("heat", "evidence", "above_middle"), -0.2, "than in the middle of the image"),
        (("random_weights", "rank_correlation"), 0.7, "still alike"),
        (("heat", "border", "trained"), 0.5, "piled up in the border"),
        (("heat", "corners", "trained"), 0.3, "piled up in the corners"),
    ],
)
def test_what_speaks_against_maps_is_found(
    path: tuple[str, ...], value: float, words: str, good: dict[str, Any]
) -> None:
    bad = copy.deepcopy(good)
    place = bad["methods"]["cam"]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = interval(value)
    assert [finding for finding in findings(bad) if words in finding]
    assert len(findings(bad)) == 1


def test_undefined_intervals_find_nothing(good: dict[str, Any]) -> None:
    good["methods"]["cam"]["heat"]["border"]["trained"] = {"value": 0.9, "low": None, "high": None}
    assert findings(good) == []


def test_the_mean_over_twins_leaves_out_maps_without_heat() -> None:
    found = _mean_over_twins([np.array([0.2, np.nan, np.nan]), np.array([0.4, 0.6, np.nan])])
    np.testing.assert_allclose(found, [0.3, 0.6, np.nan])
