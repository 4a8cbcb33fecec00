"""External validation on the command line: the part of `lentigo evaluate` that `--manifest` asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lentigo.cli import output


def validate(
    run: Path, manifest: Path, equations: list[str], trained_on: Path | None, allow_leak: bool
) -> dict[str, Any]:
    """Evaluate a run on other people's images."""
    from lentigo.api.external import ExternalOptions, evaluate_external
    from lentigo.evaluation.class_map import parse_class_map

    options = ExternalOptions(parse_class_map(equations), trained_on, allow_leak)
    with output.progress("evaluating other images") as advance:
        found = evaluate_external(run, manifest, options, advance)
    output.advise(f"written to {found['folder']}")
    return found


def in_words(found: dict[str, Any]) -> str:
    """What is special about other people's images: equations, absent classes, other shares."""
    lines = [f"{target} = {' + '.join(parts)}" for target, parts in found["class_map"].items()]
    if found["absent_classes"]:
        lines.append(f"no images of {', '.join(found['absent_classes'])}: nothing is said about them")
    shares = [
        f"{name} {share['trained']:.1%} -> {share['here']:.1%}"
        for name, share in found["prior_shift"].items()
    ]
    lines.append(f"share of each class, in training -> here: {', '.join(shares)}")
    lines.append("precision and accuracy depend on these shares; recall, specificity and areas do not")
    return "\n".join(lines)
