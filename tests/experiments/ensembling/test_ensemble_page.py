"""An ensemble in words and as a page; leaks and hostile names shown for what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.evaluation.comparison import Comparison, compare_samples
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.exchange import Exchange
from lentigo.evaluation.intervals.sample import sample
from lentigo.experiments.ensembling.ensemble_page import (
    dot_rows,
    ensemble_page,
    ensemble_text,
    write_ensemble,
)


@pytest.fixture
def facts() -> dict[str, Any]:
    generator = np.random.default_rng(0)
    truth = np.arange(60) % 3
    models = [
        sample(truth, generator.dirichlet(np.ones(3), 60) + scale * np.eye(3)[truth], np.arange(60))
        for scale in (0.5, 0.1)
    ]
    drawn = Comparison(("MEL", "NV", "DF"), ("MEL",), Resampling(100), Exchange(99))
    figures = compare_samples(*models, drawn)
    own = figures["figures"]["balanced_accuracy"]
    members = [
        {"path": f"/runs/{name}", "name": f"<i>{name}</i>", "weight": weight, "log_loss": 0.9,
         "balanced_accuracy": own["second"]}
        for name, weight in (("one", 0.75), ("two", 0.25))
    ]  # fmt: skip
    return {
        "path": "/runs/e", "part": "out-of-fold", "n_images": 60, "n_groups": 60, "split_hash": "0" * 64,
        "leaked": False, "method": "greedy", "mean": "geometric", "members": members, "best_member": 1,
        "balanced_accuracy": own["first"], "log_loss": 0.8,
        "in_sample_balanced_accuracy": own["first"]["value"] + 0.0123, "against_best": figures,
    }  # fmt: skip


def test_the_text_names_weights_and_the_best_member(facts: dict[str, Any]) -> None:
    lines = ensemble_text(facts).splitlines()
    assert lines[1] == "geometric mean, weights by greedy"
    assert lines[3].startswith("0.750")
    assert "against the best member (<i>two</i>): +" in lines[-1]
    assert "p = 0.01" in lines[-1]


def test_the_page_says_what_choosing_would_have_flattered(facts: dict[str, Any]) -> None:
    page = ensemble_page(facts)
    assert "0.0123 higher" in page
    assert "&lt;i&gt;two&lt;/i&gt; (best)" in page
    assert "<i>" not in page
    assert "LEAKED" not in page


def test_a_leak_is_on_every_number(facts: dict[str, Any]) -> None:
    leaked = facts | {"leaked": True}
    assert all(row.label.startswith("LEAKED") for row in dot_rows(leaked))
    assert ensemble_text(leaked).count("LEAKED") == 5
    assert ensemble_page(leaked).count("LEAKED") > 8


def test_three_files_are_written(facts: dict[str, Any], tmp_path: Path) -> None:
    write_ensemble(tmp_path, facts)
    assert {path.name for path in tmp_path.iterdir()} == {"ensemble.json", "ensemble.html", "ensemble.png"}
