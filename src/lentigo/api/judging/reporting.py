"""Answers and their figures in; the page, with images and saliency maps, out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from lentigo.api.answers.answers import Answers
from lentigo.api.judging.examples import confusions, examples
from lentigo.report.pages.page import write_report


def report_answers(answers: Answers, evaluation: dict[str, Any], path: Path) -> None:
    """Write the report of answers; `evaluation` is their entry of `evaluation.json`."""
    samples, errors = examples(answers)
    about = answers.source.about(evaluation, answers.asked)
    wrong = confusions(answers, bool(evaluation.get("leaked")))
    write_report(path, replace(about, samples=samples, errors=errors, confusions=wrong))
