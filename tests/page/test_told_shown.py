"""What is known beside an image, told on the page: one answer more, and the image's own beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import a_file, give, image_bytes, start, stop

from lentigo.bundle.loading import load_bundle
from lentigo.data.metadata.encoding import Known


@pytest.fixture(scope="module")
def told_address(told_bundle_path: Path) -> Iterator[str]:
    process, found = start(told_bundle_path)
    yield found
    stop(process)


def test_an_image_is_answered_alone_and_then_as_told(
    open_page: Callable[..., Any], told_address: str, told_bundle_path: Path
) -> None:
    page, bundle = open_page(told_address), load_bundle(told_bundle_path)
    assert "Age, sex and site" in page.locator("#model-strip").inner_text()
    give(page, a_file("a.png", image_bytes(1)), a_file("b.png", image_bytes(2)))
    form = page.locator("form.beside")
    assert "from the image alone" in form.inner_text()
    assert form.locator("#known-site option").all_inner_texts() == ["not known", "back", "face"]
    form.locator("#known-age").fill("67.5")
    form.locator("#known-site").select_option("face")
    form.get_by_role("button", name="Answer again").click()
    page.locator("form.beside .small", has_text="Told").wait_for()
    words, own = form.inner_text(), bundle.answer(image_bytes(1))
    assert "Told: age 67.5 and face." in words
    assert f"From the image alone the answer is {own.class_name} plainly" in words
    expected = bundle.answer(image_bytes(1), known=Known(67.5, "", "face"))
    assert expected.probabilities is not None
    share = f"{100 * expected.row()[expected.class_name]:.1f} %"
    assert page.locator(".class-share").inner_text() == share
    assert form.locator("#known-age").input_value() == "67.5"
    page.locator("#detail [data-step='1']").click()
    assert "from the image alone" in form.inner_text(), "the next image is another person's"
    assert form.locator("#known-age").input_value() == ""


def test_a_model_of_images_alone_asks_for_nothing(page: Any) -> None:
    give(page, a_file("a.png"))
    assert page.locator("form.beside").count() == 0
