"""External validation on the command line: the part of `lentigo evaluate` that `--manifest` asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lentigo.cli import output


def validate(run: Path, manifest: Path, equations: list[str], chosen: dict[str, Any]) -> dict[str, Any]:
    """Evaluate a run on other people's images; `chosen` are further fields of `ExternalOptions`."""
    from lentigo.api.evaluating.external import ExternalOptions, evaluate_external
    from lentigo.evaluation.class_map import parse_class_map

    options = ExternalOptions(parse_class_map(equations), **chosen)
    with output.progress("evaluating other images") as advance:
        found = evaluate_external(run, manifest, options, advance)
    output.advise(f"written to {found['folder']}; report: {Path(found['folder']) / 'report.html'}")
    return found


def in_words(found: dict[str, Any]) -> str:
    """What is special about other people's images: equations, absent classes, other shares."""
    from lentigo.evaluation.class_map import equation_texts

    lines = equation_texts(found["class_map"])
    if found["absent_classes"]:
        lines.append(f"no images of {', '.join(found['absent_classes'])}: nothing is said about them")
    shares = [
        f"{name} {share['trained']:.1%} -> {share['here']:.1%}"
        for name, share in found["prior_shift"].items()
    ]
    lines.append(f"share of each class, in training -> here: {', '.join(shares)}")
    lines += mix_lines(found)
    lines.append("precision and accuracy depend on these shares; recall, specificity and areas do not")
    return "\n".join(lines)


def mix_lines(found: dict[str, Any]) -> list[str]:
    """The mix of classes as the answers tell it, what probabilities gain by it; and what was left out."""
    lines = []
    if prior := found["prior"]:
        shares = ", ".join(
            f"{name} {one['value']:.1%} [{one['low']:.1%}, {one['high']:.1%}]"
            for name, one in prior["estimated_intervals"].items()
        )
        lines.append(f"estimated from the answers, without labels: {shares}")
        gain = output.number(prior["corrected"]["gain"]["log_loss"])
        lines.append(f"probabilities moved to that mix gain in log loss: {gain}")
    return lines + [f"{key.replace('_', ' ')}: {reason}" for key, reason in found["unavailable"].items()]
