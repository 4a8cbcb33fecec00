"""What a bundle that calibrates, decides and abstains says, as the page puts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browsing import a_file, give

FITTED_ON = {"part": "validation", "n_images": 109, "n_groups": 54}
FACTS = {
    "calibration": {"method": "temperature", "scale": [0.5] * 3, "bias": [0] * 3, "fitted_on": FITTED_ON},
    "operating_points": {
        "chosen": "sensitivity=0.95",
        "points": [
            {"rule": "cost=10:1", "threshold": 1 / 11},
            {"rule": "sensitivity=0.95", "threshold": 0.3, "confidence": 0.907},
        ],
        "fitted_on": FITTED_ON,
    },
    "abstaining": {
        "prediction_set": {"method": "lac", "by_class": True, "error": 0.1, "thresholds": [0.5] * 3},
        "unknown": {"score": "mahalanobis", "threshold": 9.0, "false_alarm": 0.05},
        "fitted_on": FITTED_ON,
    },
}
ROW = {
    "class": "NV",
    "MEL": 0.25,
    "NV": 0.6,
    "BCC": 0.15,
    "malignant_probability": 0.4,
    "malignant_at_operating_point": True,
    "operating_point": "sensitivity=0.95",
    "calibrated": True,
    "prediction_set": ["NV", "MEL"],
    "abstain_reason": None,
    "quality_warnings": [],
}


@pytest.fixture
def answered(open_page: Callable[..., Any]) -> Callable[..., Any]:
    """A function of changes to the facts and to the row that gives a page with one image answered so."""

    def with_changes(facts: dict[str, Any], **row: Any) -> Any:
        def prepare(page: Any) -> None:
            page.route("**/v1/model", lambda route: replace(route, "facts", facts))
            page.route("**/v1/predict*", lambda route: replace_rows(route, ROW | row))

        page = open_page(before=prepare)
        give(page, a_file("mole.png"))
        return page

    return with_changes


def replace(route: Any, key: str, changes: dict[str, Any]) -> None:
    answer = route.fetch()
    told = answer.json()
    route.fulfill(response=answer, json=told | {key: told[key] | changes})


def replace_rows(route: Any, row: dict[str, Any]) -> None:
    answer = route.fetch()
    told = answer.json()
    route.fulfill(response=answer, json=told | {"predictions": [one | row for one in told["predictions"]]})


def test_calibration_decision_and_set_are_shown(answered: Callable[..., Any]) -> None:
    page = answered(FACTS)
    side = page.locator(".side").inner_text()
    assert "On the malignant side" in side
    assert "images, with 90 % confidence." in side
    assert (
        "40.0 % is at or above the operating point of 30.0 %, chosen to find at least 95 % of malignant"
        in side
    )
    marker = page.locator(".threshold").evaluate(
        "mark => (mark.offsetLeft + 1.5) / mark.parentElement.clientWidth"
    )
    assert marker == pytest.approx(0.3, abs=0.01)
    answer = page.locator(".answer").inner_text()
    assert "Set that holds the truth in about 90 % of images: NV plainly or MEL plainly." in answer
    assert "Calibrated. Fitted on 109 validation images in 54 groups" in answer
    assert page.locator(".rank.in-set").evaluate_all("ranks => ranks.map(rank => rank.value)") == [
        "NV",
        "MEL",
    ]
    assert page.locator(".answer .message").count() == 0
    strip = page.locator("#model-strip").inner_text()
    for words in ("From 30.0 % on", "Calibrated", "From unknown images", "stranger than 95 %"):
        assert words in strip


@pytest.mark.slow
def test_below_the_operating_point_is_the_benign_side(answered: Callable[..., Any]) -> None:
    page = answered(
        FACTS, malignant_at_operating_point=False, malignant_probability=0.0002, prediction_set=["NV"]
    )
    side = page.locator(".side.benign").inner_text()
    assert "On the benign side" in side
    assert page.locator(".against").count() == 0
    assert "0.02 % is below the operating point of 30.0 %" in side


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"class": "MEL"}, "It is not called benign: MEL plainly, the class answered, is malignant."),
        pytest.param(
            {"MEL": 0.7, "NV": 0.2},
            "MEL plainly, the most probable class as calibrated, is malignant.",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {}, "not called benign: the set of classes holds MEL plainly too", marks=pytest.mark.slow
        ),
    ],
)
def test_nothing_is_called_benign_beside_a_malignant_class(
    answered: Callable[..., Any], row: dict[str, Any], expected: str
) -> None:
    page = answered(FACTS, malignant_at_operating_point=False, malignant_probability=0.2, **row)
    assert page.locator(".side h3").inner_text() == "Below the operating point"
    assert expected in page.locator(".against").inner_text()
    assert page.locator(".side.benign, [data-kind=benign]").count() == 0
    assert page.locator(".card-state").first.text_content() == "below the point"


def test_what_was_measured_at_the_operating_point_is_shown_and_why_a_benign_class_is_on_the_other_side(
    answered: Callable[..., Any],
) -> None:
    figures = {
        "sensitivity": {"value": 0.93, "low": 0.85, "high": 0.97},
        "specificity": {"value": 0.61, "low": 0.5, "high": 0.7},
    }
    test = {"n_images": 180, "metrics": {}, "operating_points": {"sensitivity=0.95": figures}}
    page = answered(FACTS | {"metrics": {"test": test}})
    words = "on the test part: sensitivity 0.930 [0.850, 0.970], specificity 0.610 [0.500, 0.700]"
    assert words in page.locator(".side").inner_text()
    assert words in page.locator("#model-strip").inner_text()
    assert "The most probable class, NV plainly, is benign." in page.locator(".against").inner_text()


def test_who_abstains_gives_a_reason_and_no_answer(answered: Callable[..., Any]) -> None:
    page = answered(
        FACTS,
        abstain_reason="the image is blurred",
        quality_warnings=["the image is blurred", "the image is very dark"],
    )
    reason, remark = (page.locator(f".answer .message.{kind}").inner_text() for kind in ("warn", "info"))
    assert "The model abstains" in reason
    assert "The image is blurred. What follows is not an answer" in reason
    assert "The image is very dark." in remark
    assert "blurred" not in remark
    assert page.locator(".side h3").inner_text() == "Would be on the malignant side"
    assert page.locator(".side.malignant").count() == 0
    assert page.locator(".withheld .eyebrow").inner_text() == "Would be the answer"
    assert page.locator(".card-state").first.text_content() == "abstains"
    assert page.locator("#status").inner_text() == "mole.png: the model abstains."


@pytest.mark.slow
def test_a_class_that_calibration_finds_more_probable_does_not_become_the_answer(
    answered: Callable[..., Any],
) -> None:
    page = answered(FACTS, **{"class": "MEL"})
    assert page.locator(".headline .eyebrow").inner_text() == "The network's answer"
    assert page.locator(".class-name").inner_text() == "MEL plainly"
    assert "As calibrated, NV plainly is more probable." in page.locator(".headline").inner_text()


@pytest.mark.slow
def test_a_file_that_was_trained_on_is_told(answered: Callable[..., Any]) -> None:
    page = answered({}, seen_in_training=True)
    assert "trained on this very file" in page.locator(".answer .message.warn").inner_text()


@pytest.mark.slow
def test_a_calibration_that_changes_nothing_is_told_as_such(answered: Callable[..., Any]) -> None:
    page = answered({"calibration": FACTS["calibration"] | {"method": "none"}})
    assert "As the network gives them. Nothing that was tried" in page.locator(".ranking").inner_text()
    assert "No operating point" in page.locator("#model-strip").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("resize", "expected"),
    [
        ("squash", {"left": 0, "top": 0, "width": 400, "height": 200}),
        ("crop", {"left": 100, "top": 0, "width": 200, "height": 200}),
        ("pad", {"left": 0, "top": -100, "width": 400, "height": 400}),
    ],
)
def test_the_map_lies_where_the_network_looked(page: Any, resize: str, expected: dict[str, float]) -> None:
    found = page.evaluate(
        """async ([image, input]) => (await import("/page/modules/heat.js")).seenRectangle(image, input)""",
        [{"height": 200, "width": 400}, {"height": 64, "width": 64, "resize": resize}],
    )
    assert found == expected


@pytest.mark.slow
def test_what_was_cut_off_is_dark_and_has_no_heat(answered: Callable[..., Any]) -> None:
    page = answered({"input": {"height": 24, "width": 24, "resize": "crop"}})
    heat = page.evaluate(
        """async () => {
            const { enlarge, seenRectangle } = await import("/page/modules/heat.js");
            const image = { width: 48, height: 32 };
            const seen = seenRectangle(image, { width: 24, height: 24, resize: "crop" });
            return Array.from(enlarge({ values: [0, 1, 0.5, 1], width: 2, height: 2 }, image, seen));
        }"""
    )
    row = heat[:48]
    assert row[:8] == row[40:] == [-1] * 8
    assert min(row[8:40]) >= 0
    assert max(heat) == 1
    assert "its middle" in page.locator(".small-print").text_content()


@pytest.mark.slow
def test_percentages_that_are_compared_never_round_to_the_same(page: Any) -> None:
    shown = page.evaluate(
        """async (values) => {
            const { exactPercent } = await import("/page/modules/text.js");
            return values.map(exactPercent);
        }""",
        [0, 1e-8, 0.00023, 0.004, 0.183, 0.9996, 0.99999999, 1],
    )
    assert shown == [
        "0.0 %",
        "< 0.0001 %",
        "0.023 %",
        "0.4 %",
        "18.3 %",
        "99.96 %",
        "> 99.9999 %",
        "100.0 %",
    ]
