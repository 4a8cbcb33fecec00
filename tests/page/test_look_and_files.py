"""Themes, sizes, paper, the model card, and what can be taken away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import a_file, give, image_bytes

from lentigo.bundle.prediction import Bundle
from lentigo.settings.run import NOTICE

THEMES = ("light", "dark")
IMPORTANT = ("serious", "critical")
MORE_WIDTHS = [pytest.param(width, marks=pytest.mark.slow) for width in (320, 768, 1280)]


def brightness(page: Any) -> float:
    """Of the ground of the page, 0 to 255."""
    page.wait_for_timeout(50)
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(float(part) for part in colour.strip("rgb()").split(",")) / 3


def violations(page: Any) -> list[str]:
    """What axe-core finds that is serious or critical: rule and places."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        f"{rule['id']}: {[node['target'] for node in rule['nodes']]}"
        for rule in found
        if rule["impact"] in IMPORTANT
    ]


@pytest.mark.parametrize("theme", THEMES)
def test_no_one_is_kept_out(open_page: Callable[..., Any], theme: str) -> None:
    # axe-core is put into the page as a text, which the page's policy would forbid
    page = open_page(color_scheme=theme, bypass_csp=True, reduced_motion="reduce")
    assert violations(page) == []
    give(page, a_file("a.png"), a_file("notes.txt", b"hello, this is text"), a_file("b.png", seed=2))
    assert violations(page) == []
    page.locator(".card").nth(1).click()
    assert page.locator(".answer .message.bad").is_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Model card").click()
    assert violations(page) == []


def test_the_page_follows_the_system_and_the_switch_has_the_last_word(open_page: Callable[..., Any]) -> None:
    page = open_page(color_scheme="dark")
    assert brightness(page) < 50
    page.get_by_role("radio", name="Light").check()
    assert brightness(page) > 200
    page.reload()
    assert brightness(page) > 200
    page.get_by_role("radio", name="Auto").check()
    assert brightness(page) < 50
    page.emulate_media(color_scheme="light")
    assert brightness(page) > 200


@pytest.mark.parametrize("width", [390, *MORE_WIDTHS])
def test_nothing_sticks_out_at_any_width(open_page: Callable[..., Any], width: int) -> None:
    page = open_page(viewport={"width": width, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    give(page, *(a_file(f"{'long-name-' * 12}{number}.png", seed=number) for number in range(4)))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
def test_who_wants_no_motion_gets_none(open_page: Callable[..., Any]) -> None:
    page = open_page(reduced_motion="reduce")
    page.route("**/v1/predict*", lambda _route: None)  # never answered: the page waits
    page.set_input_files("#files", [a_file("a.png"), a_file("b.png")])
    page.wait_for_selector(".skeleton .line")
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("document.getAnimations().length") > 0


@pytest.mark.slow
def test_on_paper_there_are_answers_and_the_notice_but_no_tools(page: Any) -> None:
    give(page, a_file("a.png"), a_file("b.png", seed=2))
    page.emulate_media(media="print")
    for gone in (".dropzone", "#download-json", "#opacity", "#theme"):
        assert not page.locator(gone).is_visible(), gone
    for there in (".notice", ".class-name", ".rank >> nth=0", "#model-strip"):
        assert page.locator(there).is_visible(), there


@pytest.mark.slow
def test_the_model_card_is_shown_as_a_document(page: Any, bundle: Bundle) -> None:
    page.get_by_role("button", name="Model card").click()
    card = page.locator("#card-text")
    headings = [line.lstrip("# ") for line in bundle.card.splitlines() if line.startswith("## ")]
    assert card.locator("h3").all_inner_texts() == headings
    assert card.locator("table").first.locator("tbody tr").count() == len(bundle.facts.classes)
    assert NOTICE in card.locator("strong").first.inner_text()
    assert 'name = "small"' in card.locator("pre").inner_text()
    assert "**" not in card.inner_text()


@pytest.mark.slow
def test_a_card_cannot_smuggle_in_markup(open_page: Callable[..., Any]) -> None:
    line = "<script>alert(1)</script> [a](javascript:alert(1))"
    hostile = f"# <b>x</b>\n\n{line} **<i>y</i>**\n\n| <u>z</u> | \\| |\n|---|---|\n| `<p>` | 2 |\n"

    def with_card(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "card": hostile})

    page = open_page(before=lambda page: page.route("**/v1/model", with_card))
    page.get_by_role("button", name="Model card").click()
    card = page.locator("#card-text")
    assert card.locator("b, script, a, i, u").count() == 0
    assert line in card.inner_text()


def taken(page: Any, button: str) -> tuple[str, str]:
    """Name and text of a download."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


def test_the_answers_as_json(page: Any, bundle: Bundle) -> None:
    give(page, a_file("a.png", image_bytes(1)), a_file("bad.txt", b"hello, this is text"))
    name, text = taken(page, "JSON")
    found = json.loads(text)
    assert name == "lentigo.json"
    assert found["notice"] == NOTICE
    assert found["model"]["name"] == bundle.facts.name
    good, bad = found["predictions"]
    expected = bundle.predict(image_bytes(1))[0].row()
    same = expected.keys() - {"image", "notice"}
    assert {key: good[key] for key in same} == {key: pytest.approx(expected[key]) for key in same}
    assert good["image"] == "a.png"
    assert set(good["saliency"]) == set(bundle.facts.class_names)
    assert bad["class"] == ""
    assert "text, not an image" in bad["error"]


def test_the_answers_as_csv_have_the_columns_of_lentigo_predict(page: Any, bundle: Bundle) -> None:
    give(page, a_file('=1+1,"x".png', image_bytes(1)), a_file("bad.txt", b"hello, this is text"))
    name, text = taken(page, "CSV")
    rows = list(csv.DictReader(io.StringIO(text)))
    expected = bundle.predict(image_bytes(1))[0].row()
    assert name == "lentigo.csv"
    assert list(rows[0]) == list(expected)
    assert rows[0]["image"] == '\'=1+1,"x".png'  # not a formula to a spreadsheet
    for column in bundle.facts.class_names:
        assert float(rows[0][column]) == pytest.approx(expected[column])
    assert rows[0]["seen_in_training"] == "False"
    assert rows[1]["error"]
    assert rows[1]["class"] == rows[1]["MEL"] == ""
    assert {row["notice"] for row in rows} == {NOTICE}
