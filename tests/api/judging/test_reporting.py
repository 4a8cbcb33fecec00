"""The report of answers that nobody's run has given."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.source import Source
from lentigo.api.judging.figures import explained_figures
from lentigo.api.judging.reporting import report_answers
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.predictions import Predictions


def test_a_table_of_answers_has_a_report(tmp_path: Path) -> None:
    score = np.random.default_rng(0).random(60)
    truth = np.where(np.random.default_rng(1).random(60) < score, "MEL", "NV").astype(object)
    ids = np.arange(60).astype(str)
    probabilities = np.stack([score, 1 - score], axis=1)
    predictions = Predictions(ids, np.array("theirs"), np.array(-1), truth, probabilities, ("MEL", "NV"))
    context = Context("theirs", "", ("MEL",), resampling=Resampling(50))
    answers = Answers(predictions, ids, context, Source("a <b>PyTorch</b> table"))
    report_answers(answers, explained_figures(answers), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "a &lt;b&gt;PyTorch&lt;/b&gt; table" in page
    assert "Unavailable: there are no validation images" in page
