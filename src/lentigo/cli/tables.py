"""Anybody's predictions on the command line: the part of `lentigo evaluate` that a table asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lentigo.cli import output


def judge(answers: Path, chosen: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """Judge a table; `chosen` are options of `api.evaluate_answers`, `asked` fields of `Asked`."""
    from lentigo import api
    from lentigo.api.answers.source import Asked
    from lentigo.evaluation.class_map import parse_class_map

    equations = parse_class_map(chosen.pop("map"))
    given = {name: value for name, value in chosen.items() if value not in (None, "", (), [])}
    found = api.evaluate_answers(answers, asked=Asked(**asked), class_map=equations, **given)
    if out := chosen["out"]:
        output.advise(f"written to {out}; report: {out / 'report.html'}")
    return found


def in_words(found: dict[str, Any]) -> str:
    """How the table was read, whether leaks were looked for, and what there are no figures of."""
    read = found["answers"]
    columns = ", ".join(f"{name} = {column}" for name, column in read["columns"].items() if name != column)
    lines = [f"read as {read['read_as']}{f', {columns}' if columns else ''}"]
    if read["aside"]:
        lines.append(f"columns left aside: {', '.join(read['aside'])}")
    if read["n_truths_without_answer"]:
        lines.append(f"{read['n_truths_without_answer']} images whose truth is known are not answered")
    if not read["leak_checked"]:
        lines.append("not checked for leaks: --trained-on says what was learnt from")
    elif not found["leaked"]:
        lines.append("no image, nor one of its group, is among those learnt from")
    return "\n".join(lines + [f"{key.replace('_', ' ')}: {why}" for key, why in found["unavailable"].items()])
