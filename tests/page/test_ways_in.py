"""Images come in by drop, paste, keyboard and in crowds; the server asks for a token, is busy, or is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browsing import TOKEN, a_file, give, image_bytes, settle


def test_an_image_is_pasted(open_page: Callable[..., Any]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(
        """async (bytes) => {
            const image = new Blob([new Uint8Array(bytes)], {type: "image/png"});
            await navigator.clipboard.write([new ClipboardItem({"image/png": image})]);
        }""",
        list(image_bytes(1)),
    )
    page.keyboard.press("Control+V")
    page.wait_for_selector(".rank")
    assert page.locator("#detail-title").inner_text() == "pasted-1.png"


@pytest.mark.slow
def test_images_are_dropped_anywhere(page: Any) -> None:
    transfer = page.evaluate_handle(
        """(files) => {
            const transfer = new DataTransfer();
            for (const [name, bytes] of files) {
                transfer.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"}));
            }
            return transfer;
        }""",
        [[f"{number}.png", list(image_bytes(number))] for number in range(2)],
    )
    page.dispatch_event("h1", "dragenter", {"dataTransfer": transfer})
    assert "dragging" in page.locator("body").get_attribute("class")
    page.dispatch_event("h1", "drop", {"dataTransfer": transfer})
    page.wait_for_selector(".card-item:nth-child(2)")
    settle(page)
    assert page.locator("#tally").inner_text() == "2 of 2 images answered"
    assert "dragging" not in page.locator("body").get_attribute("class")


def test_the_keyboard_is_enough(page: Any) -> None:
    def focused() -> str:
        return str(page.evaluate("document.activeElement.id || document.activeElement.className"))

    def tab_to(name: str, key: str = "Tab") -> None:
        for _ in range(60):
            if focused() == name:
                return
            page.keyboard.press(key)
        raise AssertionError(f"{name} is not reached; at {focused()}")

    files = [a_file("a.png"), a_file("b.png", seed=2)]
    page.on("filechooser", lambda chooser: chooser.set_files(files))
    page.keyboard.press("Tab")
    assert focused() == "skip"
    tab_to("open-card")
    page.keyboard.press("Enter")
    assert page.locator("#card-dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#card-dialog").is_visible()
    assert focused() == "open-card"
    tab_to("choose")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card-item:nth-child(2)")
    settle(page)
    tab_to("card")
    page.keyboard.press("Enter")
    assert focused() == "detail-title"
    tab_to("saliency-class")
    before = page.locator("#saliency-class").input_value()
    page.keyboard.press("ArrowDown")
    assert page.locator("#saliency-class").input_value() != before
    tab_to("opacity")
    page.keyboard.press("ArrowRight")
    assert page.locator("output").inner_text() == "70 %"
    tab_to("rank")
    page.keyboard.press("Enter")
    assert page.locator(".rank").first.get_attribute("aria-pressed") == "true"
    tab_to("remove", "Shift+Tab")
    page.keyboard.press("Enter")
    assert page.locator(".card-item").count() == 1
    assert focused() == "gallery-title"


@pytest.mark.slow
def test_the_answer_is_spoken(page: Any) -> None:
    give(page, a_file("mole.png"))
    spoken = page.locator("#status").inner_text()
    assert spoken.startswith("mole.png: most probable class ")
    assert page.locator(".class-name").inner_text() in spoken
    give(page, a_file("b.png"), a_file("c.png"))
    assert page.locator("#status").inner_text() == "3 of 3 images answered."


def test_twelve_images_make_a_gallery(page: Any) -> None:
    give(page, *(a_file(f"{number:02d}.png", seed=number) for number in range(12)))
    assert page.locator("#tally").inner_text() == "12 of 12 images answered"
    names = page.locator(".card-name").all_inner_texts()
    assert names == [f"{number:02d}.png" for number in range(12)]
    page.locator("#order").select_option("unsure")
    shares = [float(text.strip("<> %")) for text in page.locator(".card-share").all_inner_texts()]
    assert shares == sorted(shares)
    assert sorted(page.locator(".card-name").all_inner_texts()) == names
    page.locator("#order").select_option("given")
    page.locator(".card").nth(5).click()
    assert page.locator("#detail-title").inner_text() == "05.png"
    assert page.locator('.card[aria-current="true"] .card-name').inner_text() == "05.png"
    page.get_by_role("button", name="Next").click()
    assert page.locator("#detail-title").inner_text() == "06.png"
    page.get_by_role("button", name="Clear all").click()
    assert page.locator(".card-item").count() == 0
    assert page.locator(".welcome").is_visible()


@pytest.mark.slow
def test_the_page_holds_a_hundred_images_and_says_so(open_page: Callable[..., Any]) -> None:
    page = open_page(may_fail=True)
    page.route("**/v1/predict*", lambda route: route.abort())
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            for (let number = 0; number < 103; number++) transfer.items.add(new File(["x"], `${number}.png`));
            dispatchEvent(new DragEvent("drop", {dataTransfer: transfer}));
        }"""
    )
    page.wait_for_selector(".card-item:nth-child(100)")
    assert page.locator(".card-item").count() == 100
    assert "3 images were left out" in page.locator("#limit-words").inner_text()


@pytest.mark.slow
def test_the_token_is_asked_for_and_kept_in_memory_only(
    open_page: Callable[..., Any], guarded_address: str
) -> None:
    page = open_page(guarded_address, may_fail=True, is_ready=False)  # 401 is an error to the console
    page.locator("#token").fill("wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("#token-wrong:not([hidden])")
    page.locator("#token").fill(TOKEN)
    page.get_by_role("button", name="Use it").click()
    page.wait_for_selector("body[data-ready]")
    give(page, a_file("mole.png"))
    assert page.locator(".rank").count() == 3
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])")
    assert TOKEN not in kept
    assert TOKEN not in page.content()
    page.reload()
    assert page.locator("#token").is_visible()


@pytest.mark.slow
def test_without_the_token_the_page_says_so(open_page: Callable[..., Any], guarded_address: str) -> None:
    page = open_page(guarded_address, may_fail=True, is_ready=False)
    page.wait_for_selector("#token-dialog[open]")
    page.keyboard.press("Escape")
    assert "token" in page.locator("#server-problem").inner_text()


@pytest.mark.slow
def test_a_busy_server_is_asked_again(open_page: Callable[..., Any]) -> None:
    page = open_page(may_fail=True)
    asked = []

    def busy_once(route: Any) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(
                status=503, headers={"Retry-After": "1"}, json={"detail": "busy", "request_id": "r"}
            )
        else:
            route.continue_()

    page.route("**/v1/predict*", busy_once)
    give(page, a_file("mole.png"))
    assert len(asked) == 2
    assert page.locator(".rank").count() == 3


@pytest.mark.slow
def test_a_server_that_is_gone_is_told_of_and_may_be_tried_again(open_page: Callable[..., Any]) -> None:
    page = open_page(may_fail=True)
    page.route("**/v1/predict*", lambda route: route.abort())
    give(page, a_file("mole.png"))
    assert "does not answer" in page.locator(".answer .message.bad").inner_text()
    page.unroute("**/v1/predict*")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".rank")
    assert page.locator("#tally").inner_text() == "1 of 1 image answered"


def test_arrow_keys_zoom_and_the_way_back(page: Any) -> None:
    give(page, *(a_file(f"{number}.png", seed=number) for number in range(3)))
    for key, expected in (
        ("ArrowRight", "1.png"),
        ("ArrowRight", "2.png"),
        ("ArrowRight", "2.png"),
        ("ArrowLeft", "1.png"),
    ):
        page.keyboard.press(key)
        assert page.locator("#detail-title").inner_text() == expected
    larger = page.get_by_role("button", name="Larger")
    before = page.locator(".picture canvas").bounding_box()["width"]
    larger.click()
    larger.press("+")
    assert page.locator(".picture canvas").bounding_box()["width"] == pytest.approx(2 * before, rel=0.01)
    page.locator(".picture").press("ArrowRight")  # moves the picture, not to the next image
    assert page.locator("#detail-title").inner_text() == "1.png"
    page.get_by_role("button", name="As large as it fits").click()
    assert page.locator(".picture canvas").bounding_box()["width"] == pytest.approx(before, rel=0.01)
    page.locator("#opacity").press("ArrowLeft")  # fields keep their keys
    assert page.locator("#detail-title").inner_text() == "1.png"
    page.locator("#detail-title").press("Escape")
    assert page.evaluate("document.activeElement.querySelector('.card-name').textContent") == "1.png"


@pytest.mark.slow
def test_the_answer_stays_near_many_images_with_whole_names(open_page: Callable[..., Any]) -> None:
    page = open_page(viewport={"width": 1300, "height": 900})
    give(page, *(a_file(f"{'long-name-' * 6}{number}.png", seed=number % 8) for number in range(57)))
    gallery, detail = (page.locator(one).bounding_box() for one in ("#cards", "#detail"))
    assert gallery["height"] < 500
    assert detail["y"] < 900
    name = page.locator(".card-name").first
    assert name.evaluate(
        "one => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight + 1"
    )
