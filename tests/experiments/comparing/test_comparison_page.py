"""The comparison in words, as a page and as a picture; leaks and hostile names shown for what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.evaluation.comparison import Comparison, compare_samples
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.exchange import Exchange
from lentigo.evaluation.intervals.sample import sample
from lentigo.experiments.comparing.comparison_page import (
    comparison_page,
    comparison_text,
    difference_rows,
    p_text,
    write_comparison,
)


@pytest.fixture
def facts() -> dict[str, Any]:
    generator = np.random.default_rng(0)
    truth = np.arange(60) % 3
    models = [
        sample(truth, generator.dirichlet(np.ones(3), 60) + scale * np.eye(3)[truth], np.arange(60))
        for scale in (0.5, 0.1)
    ]
    names = ("MEL", "NV", "DF")
    found = compare_samples(*models, Comparison(names, ("MEL",), Resampling(100), Exchange(99)))
    about = {name: {"path": f"/runs/{name}", "name": f"<b>{name}</b>"} for name in ("first", "second")}
    counts = {"n_images": 60, "n_groups": 60, "split_hash": "0123456789abcdef", "leaked": False}
    return {
        "part": "validation",
        "class_names": list(names),
        "malignant": ["MEL"],
        **counts,
        **about,
        **found,
    }


def test_the_text_has_one_line_a_figure(facts: dict[str, Any]) -> None:
    lines = comparison_text(facts).splitlines()
    balanced = facts["figures"]["balanced_accuracy"]
    line = next(line for line in lines if line.startswith("balanced accuracy"))
    assert f"{balanced['first']['value']:.3f}" in line
    assert f"{balanced['difference']['value']:+.3f}" in line
    assert [line.split()[2] for line in lines if line.startswith("recall of")] == ["MEL", "NV", "DF"]
    assert "McNemar" in lines[-1]
    assert not any("LEAKED" in line for line in lines)


def test_a_leak_is_on_every_number_and_picture(facts: dict[str, Any]) -> None:
    leaked = facts | {"leaked": True}
    figures = [line for line in comparison_text(leaked).splitlines() if " p = " in line]
    assert len(figures) == len(facts["figures"]) + len(facts["class_names"])
    assert all(line.startswith("LEAKED") for line in figures)
    assert all(row.label.startswith("LEAKED") for row in difference_rows(leaked))
    assert comparison_page(leaked).count("LEAKED") > 8
    assert "LEAKED" not in comparison_page(facts)


def test_names_cannot_pass_for_markup(facts: dict[str, Any]) -> None:
    page = comparison_page(facts)
    assert "<b>first</b>" not in page
    assert "&lt;b&gt;first&lt;/b&gt;" in page
    assert "<script" not in page


def test_what_is_undefined_has_no_p() -> None:
    assert p_text({"p_value": None}) == ""
    assert p_text({"p_value": 0.01234}) == "p = 0.012"
    assert p_text({"p_value": 0.01, "p_adjusted": 0.08}) == "p = 0.08"


def test_three_files_are_written(facts: dict[str, Any], tmp_path: Path) -> None:
    write_comparison(tmp_path, facts)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".html", ".png"}
