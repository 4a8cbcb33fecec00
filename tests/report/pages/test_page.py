from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from lentigo.evaluation.metrics import METRICS
from lentigo.report.pages.page import (
    Confusion,
    Missed,
    PartFacts,
    ReportInput,
    Sample,
    missed_picture,
    render_report,
    write_report,
)

HOSTILE = '<script>alert("1")</script>\u202egpj. $\\frac{ {{ 7 * 7 }} \' onload=x'


class Page(HTMLParser):
    """What a browser would see: tags with attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != [("style", {})]:
            self.text += data

    def all(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag == name]

    def sources(self) -> list[str]:
        keys = ("src", "srcset", "href", "action", "data", "poster")
        return [attributes[key] for _, attributes in self.tags for key in keys if key in attributes]

    def svgs(self) -> list[str]:
        prefix = "data:image/svg+xml;base64,"
        found = [source for source in self.sources() if source.startswith(prefix)]
        return [base64.b64decode(source.removeprefix(prefix)).decode() for source in found]


@pytest.fixture(scope="module")
def html(report_input: ReportInput) -> str:
    return render_report(report_input)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def minimal(class_names: list[str], **changes: object) -> ReportInput:
    """As little as a report can be made of."""
    num_classes = len(class_names)
    evaluation = {"class_names": class_names, "confusion_matrix": [[0] * num_classes] * num_classes}
    return ReportInput({}, "", [], {**evaluation, **changes})


def test_the_page_asks_for_nothing_from_outside(page: Page) -> None:
    assert page.sources()
    assert all(source.startswith(("data:image/", "#")) for source in page.sources())
    (policy,) = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert page.all("script") == page.all("link") == page.all("iframe") == []


def test_the_style_asks_for_nothing_from_outside(html: str) -> None:
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style
    assert "url(" not in style
    assert "@import" not in style


def test_sections_come_in_order_and_the_notice_first(page: Page) -> None:
    ids = [section["id"] for section in page.all("section")]
    expected = [
        "baselines",
        "figures",
        "data",
        "confusion",
        "classes",
        "examples",
        "errors",
        "curves",
        "learning",
        "reproduce",
    ]
    assert ids == expected
    body = page.text.partition("Research and education only. Not a medical device.")
    assert "Lentigo report" in body[2]
    assert {link["href"] for link in page.all("a")} == {f"#{name}" for name in ids}


def test_the_main_figures_are_there_with_intervals_and_numbers(page: Page, report_input: ReportInput) -> None:
    text = " ".join(page.text.split())
    balanced = report_input.evaluation["metrics"]["balanced_accuracy"]
    assert f"{balanced['value']:.3f} 95 % interval {balanced['low']:.3f} to {balanced['high']:.3f}" in text
    assert "groups on two sides: 0" in text
    assert "Images1,500" in text.replace(" ", "")
    assert report_input.evaluation["split_hash"][:12] in text
    assert "MEL, BCC, SCC" in text
    assert "lentigo evaluate runs/lite0-eight" in text
    assert 'malignant = ["MEL", "BCC", "SCC"]' in text
    assert "3.15.0" in text


def test_every_picture_comes_for_light_and_dark_and_in_words(page: Page) -> None:
    for source in page.all("source"):
        assert "prefers-color-scheme: dark" in source["media"]
    assert len(page.all("source")) == len(page.all("picture")) == 13
    assert all(image["alt"] for image in page.all("img"))


def test_pictures_stand_before_tables(html: str) -> None:
    assert html.index("<picture>") < html.index("<table>")


def test_examples_and_errors_show_image_and_map(page: Page, report_input: ReportInput) -> None:
    photographs = [source for source in page.sources() if source.startswith("data:image/jpeg")]
    assert len(photographs) == 2 * (len(report_input.samples) + len(report_input.errors))


def test_what_was_trained_on_drawings_says_so_before_anything_else(report_input: ReportInput) -> None:
    warning = "Trained on drawn lesions: never for real skin."
    drawn = Page(render_report(replace(report_input, warning=warning))).text
    assert drawn.index("Not a medical device") < drawn.index(warning) < drawn.index("Lentigo report")
    assert "never for real skin" not in Page(render_report(report_input)).text


def test_the_same_input_gives_the_same_page() -> None:
    assert render_report(minimal(["a", "b"])) == render_report(minimal(["a", "b"]))


def test_every_figure_is_told_with_its_interval_and_marked_where_it_leaked(report_input: ReportInput) -> None:
    leaked = replace(report_input, evaluation={**report_input.evaluation, "leaked": True})
    for report, mark in ((report_input, ""), (leaked, "LEAKED ")):
        section = render_report(report).partition('<section id="figures">')[2].partition("</section>")[0]
        rows = [re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in section.split("<tr")[2:]]
        told = {title.removeprefix(mark): cells for title, *cells in rows if title.startswith(mark)}
        assert len(told) == len(rows) == 2 * len(METRICS) + 2
        accuracy = report.evaluation["metrics"]["accuracy"]
        ends = f"{accuracy['low']:.3f} to {accuracy['high']:.3f}"
        images, groups = f"{accuracy['n']:,}", f"{accuracy['n_groups']:,}"
        assert told["accuracy"] == [f"{accuracy['value']:.3f}", ends, images, groups]
        assert told["malignant versus benign: sensitivity"][0] == "0.821"
        assert told["macro F1"] == ["undefined", "", "undefined", "undefined"]


def test_nothing_is_leaked_unless_it_is(html: str, page: Page) -> None:
    assert "LEAKED" not in html
    assert not any("LEAKED" in svg for svg in page.svgs())


def test_a_leak_is_stamped_on_every_picture(binary_input: ReportInput) -> None:
    leaked = replace(binary_input, evaluation={**binary_input.evaluation, "leaked": True})
    page, clean = Page(render_report(leaked)), Page(render_report(binary_input))
    assert page.svgs()
    assert all(">LEAKED<" in svg for svg in page.svgs())
    photographs = {source for source in page.sources() if "jpeg" in source}
    assert photographs.isdisjoint(clean.sources())
    assert "LEAKED: " in page.text
    assert "no evidence" in page.text


def test_hostile_names_do_no_harm_and_can_be_seen(tmp_path: Path) -> None:
    image = np.zeros((8, 8, 3), np.uint8)
    sample = Sample(HOSTILE + "\udcff", image, None, HOSTILE, "b", 0.9)
    interval = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 3, "n_groups": 2}
    metrics = {"metrics": {"balanced_accuracy": interval}}
    baselines = {HOSTILE: {"title": HOSTILE, **metrics}, "short": {"title": "a\u202eb", **metrics}}
    stages = [{"stage": stage, "stage_name": HOSTILE, "loss": 1} for stage in (0, 1)]
    hostile = replace(
        minimal([HOSTILE, "b"], part=HOSTILE, split_hash=HOSTILE, baselines=baselines, **metrics),
        record={"name": HOSTILE, "command": HOSTILE, "versions": {HOSTILE: HOSTILE}, "backend": HOSTILE},
        recipe_text=HOSTILE + "\nsecond line",
        history=stages,
        parts=[PartFacts(HOSTILE, 3, 2, {HOSTILE: 3})],
        samples=[sample],
        errors=[sample],
        commands=[HOSTILE],
        subtitle={HOSTILE: HOSTILE},
    )  # fmt: skip
    html = write_report(tmp_path / "report.html", hostile).read_text(encoding="utf-8")
    page = Page(html)
    assert page.all("script") == []
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "\u202e" not in html
    assert page.text.count('<script>alert("1")</script>[U+202E]gpj. $\\frac{ {{ 7 * 7 }}') > 10
    assert "onload=x[U+DCFF]" in page.text
    assert "second line" in re.split(r"\n", page.text)
    assert all("\u202e" not in svg and "<script" not in svg for svg in page.svgs())
    assert any("[U+202E]" in svg for svg in page.svgs())


@pytest.mark.parametrize("class_names", [["benign", "malignant"], ["only"], ["a", "b", "c"]])
def test_what_is_not_known_is_undefined_and_never_0(class_names: list[str]) -> None:
    page = Page(render_report(minimal(class_names)))
    text = page.text
    assert text.count("undefined") > 10
    assert not re.search(r"\b0\.0+\b", text)
    assert "groups on two sides: undefined" in text
    ids = [section["id"] for section in page.all("section")]
    assert ids == ["baselines", "figures", "data", "confusion", "classes", "curves", "reproduce"]


def test_none_in_the_json_is_undefined() -> None:
    nothing = {"value": None, "low": None, "high": None, "n": 0, "n_groups": 0}
    changed = minimal(
        ["MEL", "NV"],
        metrics={"balanced_accuracy": nothing, "accuracy": nothing},
        per_class=dict.fromkeys(("MEL", "NV")),
        malignant_vs_benign=None,
        absent_classes=["NV"],
        classes_of_few_groups={"MEL": 2},
        curves={"roc": {"MEL": None}, "precision_recall": {"MEL": None}},
        baselines={"majority_class": {"title": "commonest class", "metrics": {"malignant_roc_auc": None}}},
    )
    text = Page(render_report(changed)).text
    assert "the balanced accuracy or its interval is undefined" in text
    assert "This part holds no image of melanocytic nevus" in text
    assert "mean over 1 class" in text
    assert "Warning: fewer than 5 groups of MEL (2)" in text
    assert not re.search(r"\b0\.0+\b", text)


def test_a_binary_task_still_counts_the_classes_of_the_data(binary_input: ReportInput) -> None:
    parts = [PartFacts("train", 5, 4, {"MEL": 2, "NV": 3}), PartFacts("test", 1, 1, {"MEL": 1, "NV": 0})]
    html = render_report(replace(binary_input, parts=parts, samples=[], errors=[]))
    data = html.partition('<section id="data">')[2]
    table = data.partition("<table>")[2].partition("</table>")[0]
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in table.split("<tr")[1:]]
    assert rows == [
        ["part", "images", "groups", "MEL", "NV"],
        ["train", "5", "4", "2", "3"],
        ["test", "1", "1", "1", "0"],
        ["together", "6", "5", "3", "3"],
    ]


def test_a_group_on_two_sides_is_marked(binary_input: ReportInput) -> None:
    html = render_report(replace(binary_input, groups_on_two_sides=3, samples=[], errors=[]))
    assert '<span class="check bad">groups on two sides: 3</span>' in html


def test_the_real_evaluation_fits_the_page(binary_input: ReportInput) -> None:
    from lentigo.evaluation.evaluate import Context, evaluate_predictions
    from lentigo.evaluation.intervals.bootstrap import Resampling
    from lentigo.evaluation.predictions import Predictions

    rng = np.random.default_rng(0)
    names, truth = ("MEL", "NV", "BCC"), np.arange(90) % 3
    scores = rng.random((90, 3)) + np.eye(3)[truth]
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    predictions = Predictions(
        image_ids=np.array([f"i{index}" for index in range(90)]),
        part=np.array(["validation"] * 90),
        fold=np.full(90, -1),
        truth=np.array(names)[truth],
        probabilities=probabilities,
        class_names=names,
    )
    context = Context("validation", "abc", ("MEL", "BCC"), resampling=Resampling(40, 0))
    baselines = {"majority_class": np.tile([0.2, 0.5, 0.3], (90, 1))}
    evaluation = evaluate_predictions(predictions, np.arange(90) // 2, context, baselines)
    page = Page(render_report(replace(binary_input, evaluation=evaluation, parts=[], samples=[], errors=[])))
    assert "Better than every baseline." in page.text
    assert f"{evaluation['metrics']['balanced_accuracy']['value']:.3f}" in page.text
    assert "Is it malignant?" in page.text
    assert "undefined" not in page.text.partition("Reproduce")[0].replace(
        "groups on two sides: undefined", ""
    )


def test_every_wrong_answer_can_be_opened_by_its_cell(report_input: ReportInput) -> None:
    picture = missed_picture(np.full((50, 200, 3), 120, np.uint8), is_leaked=False)
    cells = [
        Confusion("MEL", "NV", [Missed(HOSTILE, 0.91, picture), Missed("b", 0.6, "")]),
        Confusion("NV", "BKL", [Missed("c", 0.5, "")]),
    ]
    html = render_report(replace(report_input, confusions=cells))
    page = Page(html)
    summaries = re.findall(r"<summary>(.*?)</summary>", html, re.S)
    counts = [re.sub(r"<.*?>", "", one) for one in summaries if "taken for" in one]
    assert [one.rpartition(": ")[2] for one in counts] == ["2", "1"]
    assert page.sources().count(picture) == 1
    assert "alert(&#34;1&#34;)" in html
    assert "Pictures stand with the first ones only" in page.text
    assert "all-errors" not in render_report(report_input)
