"""From an image to what is said about it, in a real browser, on a real server."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from browsing import a_file, give, image_bytes, shown_pixels, shown_shares
from PIL import Image

from lentigo.bundle.prediction import Bundle
from lentigo.explanation.overlay import overlay
from lentigo.explanation.saliency import enlarge, scale_by_maximum

HOSTILE = "<img src=x onerror=alert(1)>\u202egpj.png"


def as_shown(probability: float) -> str:
    if probability < 0.001:
        return "< 0.1 %"
    return "> 99.9 %" if probability > 0.999 else f"{100 * probability:.1f} %"


def test_an_image_gets_the_bundles_probabilities_ranked(page: Any, bundle: Bundle) -> None:
    give(page, a_file("mole.png", image_bytes(3)))
    [expected] = bundle.predict(image_bytes(3))
    assert expected.probabilities is not None
    by_class = dict(zip(expected.class_names, expected.probabilities, strict=True))
    ranked = sorted(by_class, key=lambda name: -by_class[name])
    assert list(shown_shares(page)) == ranked
    assert shown_shares(page) == {name: as_shown(by_class[name]) for name in ranked}
    assert page.locator(".class-name").inner_text() == f"{ranked[0]} plainly"
    assert page.locator(".class-share").inner_text() == as_shown(by_class[ranked[0]])
    assert page.locator(".side-share").inner_text() == as_shown(float(expected.malignant_probability or 0))
    widths = page.locator(".rank .fill").evaluate_all(
        "fills => fills.map(fill => fill.clientWidth / fill.parentElement.clientWidth)"
    )
    assert np.allclose(widths, [by_class[name] for name in ranked], atol=0.01)


@pytest.mark.slow
def test_what_the_bundle_cannot_do_is_said(page: Any) -> None:
    strip = page.locator("#model-strip").inner_text()
    for words in ("Not measured", "No operating point", "Not calibrated", "Not from unknown images"):
        assert words in strip
    give(page, a_file("mole.png"))
    answer = page.locator(".answer").inner_text()
    assert "Not calibrated." in answer
    assert "neither malignant nor benign" in answer
    assert "MEL plainly, BCC plainly" in answer


@pytest.mark.slow
def test_the_notice_is_always_in_sight_and_nobody_is_told_what_they_have(page: Any) -> None:
    notice = page.get_by_text("Research and education only. Not a medical device.")
    give(page, *(a_file(f"{number}.png", seed=number) for number in range(3)))
    page.mouse.wheel(0, 5000)
    page.wait_for_timeout(100)
    assert page.evaluate("scrollY") > 200
    assert notice.is_visible()
    assert notice.bounding_box()["y"] >= 0
    assert not re.search(r"\byou (may )?have\b", page.locator("body").inner_text(), re.I)


def test_a_file_that_is_no_image_is_told_why_and_the_others_are_answered(page: Any) -> None:
    give(page, a_file("notes.txt", b"hello, this is text"), a_file("mole.png"))
    assert page.locator(".card-item").evaluate_all("cards => cards.map(card => card.dataset.state)") == [
        "failed",
        "answered",
    ]
    message = page.locator(".answer .message.bad").inner_text()
    assert "cannot be used" in message
    assert "text, not an image" in message
    assert "JPEG" in message
    page.get_by_role("button", name="Next").click()
    assert page.locator(".rank").count() == 3


@pytest.mark.slow
def test_a_lone_file_that_is_no_image_is_told_why(open_page: Callable[..., Any]) -> None:
    page = open_page(may_fail=True)  # 422 is an error to the browser's console
    give(page, a_file("notes.txt", b"hello, this is text"))
    message = page.locator(".answer .message.bad")
    assert "text, not an image" in message.inner_text()
    assert re.search(r"Request [0-9a-f]{32}", message.inner_text())
    assert "text, not an image" in page.locator("#status").inner_text()


@pytest.mark.slow
def test_a_file_larger_than_the_server_takes_is_not_even_sent(page: Any) -> None:
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(20_000_001)], "huge.png"));
            dispatchEvent(new DragEvent("drop", {dataTransfer: transfer}));
        }"""
    )
    page.wait_for_selector(".answer .message.bad")
    assert "20.0 MB at most" in page.locator(".answer .message.bad").inner_text()
    assert not [url for url in sent if "predict" in url]


def test_a_hostile_name_is_text_and_shows_its_hidden_signs(page: Any) -> None:
    give(page, a_file(HOSTILE), a_file("b.png"))
    shown = HOSTILE.replace("\u202e", "[U+202E]")
    assert page.locator("#detail-title").inner_text() == shown
    assert page.locator(".card-name").first.inner_text() == shown
    assert page.locator("#detail img, #cards img").count() == 0


@pytest.mark.parametrize("opacity", [65, pytest.param(100, marks=pytest.mark.slow)])
def test_the_map_over_the_image_is_the_one_python_draws(page: Any, bundle: Bundle, opacity: int) -> None:
    content = image_bytes(5, size=(560, 400))
    give(page, a_file("large.png", content))
    page.locator("#opacity").fill(str(opacity))
    [answer] = bundle.predict(content, with_saliency=True)
    assert answer.saliency is not None
    for name in ("MEL", "BCC"):
        page.locator("#saliency-class").select_option(name)
        grid = answer.saliency[[bundle.facts.class_names.index(name)]]
        heat = np.clip(scale_by_maximum(enlarge(grid, 400, 560)), 0, 1)[0]
        with Image.open(BytesIO(content)) as image:
            expected = overlay(np.asarray(image.convert("RGB")), heat, opacity / 100)
        difference = np.abs(shown_pixels(page).astype(int) - expected)
        assert difference.mean() < 1
        assert difference.max() <= 6  # the map travels with 8 bits
        assert page.locator(f'.rank[value="{name}"]').get_attribute("aria-pressed") == "true"
        assert f"{name} plainly" in page.locator(".picture canvas").get_attribute("aria-label")


@pytest.mark.slow
def test_at_opacity_nought_the_image_is_untouched(page: Any) -> None:
    content = image_bytes(5, size=(560, 400))
    give(page, a_file("large.png", content))
    page.locator("#opacity").fill("0")
    with Image.open(BytesIO(content)) as image:
        assert np.array_equal(shown_pixels(page), np.asarray(image.convert("RGB")))
    assert page.locator("output").inner_text() == "0 %"


@pytest.mark.slow
def test_bars_and_small_pictures_choose_the_class_too(page: Any) -> None:
    give(page, a_file("mole.png"))
    names = list(shown_shares(page))
    page.locator(".rank").nth(2).click()
    assert page.locator("#saliency-class").input_value() == names[2]
    page.locator(".glance").nth(1).click()
    assert page.locator("#saliency-class").input_value() == names[1]
    assert page.locator('.rank[aria-pressed="true"]').get_attribute("value") == names[1]
    assert page.locator('.glance[aria-pressed="true"]').count() == 1


@pytest.mark.slow
def test_a_file_this_browser_cannot_show_is_answered_all_the_same(page: Any) -> None:
    give(page, a_file("scan.tif", image_bytes(4, "TIFF")))
    assert page.locator(".rank").count() == 3
    assert page.get_by_text("This browser cannot show the file").is_visible()


def test_a_drawn_example_says_what_it_was_drawn_as(page: Any) -> None:
    assert page.locator(".example").count() == 8
    page.get_by_role("button", name="a round brown patch").click()
    page.wait_for_selector(".rank")
    assert page.locator(".truth").inner_text() == "drawn as: mole"
    assert page.locator(".rank").count() == 3
