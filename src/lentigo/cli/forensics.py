"""`lentigo forensics`: what printed figures say about how the data behind them were divided."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lentigo.cli import output


def forensics(
    dataset: Annotated[
        str, typer.Option(help="Whose classes: isic2018, isic2019, isic2020 or ham10000.")
    ] = "isic2019",
    classes: Annotated[
        str, typer.Option(help="Classes of any other data, with their images: benign=900,malignant=100.")
    ] = "",
    matrix: Annotated[
        list[str] | None,
        typer.Option(help="A confusion matrix, row by row, rows = truth: 2667,142,228,1184."),
    ] = None,
    pair: Annotated[
        list[str] | None,
        typer.Option(help="Images:accuracy on a first and on a second set: 4221:0.9064,2816:98.33%."),
    ] = None,
    same_weights: Annotated[
        bool, typer.Option("--same-weights", help="Both figures of each pair come from the same network.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Derive groupings of classes, balanced accuracies and re-splits from printed figures."""
    from lentigo.evaluation.forensics.investigation import investigate
    from lentigo.evaluation.forensics.reported import class_counts_of, parse_matrix, parse_pair

    matrices = [parse_matrix(text) for text in matrix or []]
    pairs = [parse_pair(text) for text in pair or []]
    counts = class_counts_of(dataset, classes)
    found = investigate(counts, matrices, pairs, same_weights)
    found = {"dataset": "" if classes else dataset, **found}
    output.result(in_words(found), found, json)


def in_words(found: dict[str, Any]) -> str:
    """The whole investigation as text."""
    lines = [f"{found['dataset'] or 'your classes'}: {sum(found['class_counts'].values()):,} images"]
    for number, matrix in enumerate(found["matrices"], start=1):
        lines += ["", *_matrix_lines(number, matrix)]
    for pair in found["pairs"]:
        lines += ["", *_pair_lines(pair)]
    lines += [
        "",
        f"Needs the same weights: {'; '.join(found['needs_same_weights'])}.",
        f"Holds without: {'; '.join(found['needs_nothing'])}.",
        "This is an inference from printed figures, not a fact about anybody's work.",
    ]
    return "\n".join(lines)


def _matrix_lines(number: int, matrix: dict[str, Any]) -> list[str]:
    sums = ", ".join(f"{images:,}" for images in matrix["row_sums"])
    cells = "; ".join(",".join(map(str, row)) for row in matrix["cells"])
    lines = [
        f"Matrix {number}: {cells} (images of each row: {sums}; together {matrix['n']:,})",
        f"  accuracy {matrix['accuracy']:.4f}, balanced accuracy "
        f"{output.number(matrix['balanced_accuracy'])} (images taken as independent)",
    ]
    for found in matrix["groupings"]:
        sides = [
            f"row {row}: {' + '.join(names)} ({size:,} x {found['fraction']} = {expected:,.1f})"
            for row, (names, size, expected) in enumerate(
                zip(found["rows"], found["sizes"], found["expected"], strict=True), start=1
            )
        ]
        lines += [
            f"  matches {' + '.join(found['rows'][-1])} at {found['fraction']}:",
            *(f"    {s}" for s in sides),
        ]
    if not matrix["groupings"]:
        lines.append("  matches no grouping of the classes at any fraction from 1/20 to 1/2")
    if matrix["chance_of_a_match"] is not None:
        lines.append(
            f"  (of all ways to divide {matrix['n']:,} images in two, "
            f"{matrix['chance_of_a_match']:.1%} match some grouping by chance)"
        )
    return lines


def _pair_lines(pair: dict[str, Any]) -> list[str]:
    first, second, tells = pair["first"], pair["second"], pair["would_tell"]
    return [
        f"Pair {pair['name']}",
        f"  {_figure(first)}; {_figure(second)}",
        *(_unreachable(measured) for measured in (first, second) if measured["unreachable"]),
        *(["  If both came from the same weights:"] if pair["verdict"] == "not asked" else []),
        *_subset_lines(pair["subset"]),
        *_resplit_lines(pair),
        f"  -> {pair['conclusion']}{'; what would tell: ' if tells else ''}{', or '.join(tells)}.",
        *([NO_SIGN] if pair["resplit"]["has_no_sign"] and pair["verdict"] == "cannot be told" else []),
    ]


def _figure(measured: dict[str, Any]) -> str:
    same = f" (that of matrix {measured['is_matrix']})" if measured["is_matrix"] else ""
    return f"{measured['errors']:,} errors in {measured['n']:,} images, {measured['accuracy']:.4f}{same}"


def _unreachable(measured: dict[str, Any]) -> str:
    return (
        f"  Odd: no whole number of errors among {measured['n']:,} images gives {measured['unreachable']}; "
        "the nearest is taken"
    )


def _subset_lines(subset: dict[str, Any]) -> list[str]:
    title = "  A part of the first set, drawn at random?"
    if subset["reason"]:
        return [f"{title} Impossible by counting: {subset['reason']}"]
    dropped, kept = subset["dropped"], subset["kept"]
    rates = (
        f"{subset['dropped_errors']:,} of {dropped:,} dropped images would be wrong "
        f"({_share(subset['dropped_errors'], dropped)}), and at most {subset['kept_errors']:,} of the "
        f"{kept:,} kept of the same classes ({_share(subset['kept_errors'], kept)})"
    )
    p = f"p = {_power(subset['log10_p'])}"
    verdict = "Impossible by chance" if subset["impossible"] else "Possible"
    return [f"{title} {verdict}, {p}:", f"    {rates}"]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def _power(log10_p: float | None) -> str:
    if log10_p is None:
        return "0"
    return f"{10**log10_p:.2g}" if log10_p > -4 else f"10^{log10_p:.0f}"


def _resplit_lines(pair: dict[str, Any]) -> list[str]:
    resplit, second = pair["resplit"], pair["second"]
    if not resplit["is_possible"]:
        return [
            f"  A re-split? Impossible by size: balanced, the data have at most {resplit['largest_size']:,} "
            f"images; the second set has {second['n']:,}"
        ]
    return [
        f"  A re-split? With {1 - resplit['fraction']:.1%} of the second set known by heart, "
        f"{_range(resplit['predicted'])} is predicted; reported {second['accuracy']:.4f}, exact if "
        f"{min(resplit['memory'], 1):.1%} of the trained images were answered right",
        *_size_lines(pair),
        *_weighed_lines(pair["weighed"]),
    ]


def _range(bounds: list[float]) -> str:
    low, high = bounds
    if high - low < 5e-5:
        return f"{low:.4f}"
    return f"{low:.3f} to {high:.3f} (by where the first set's errors lie)"


def _size_lines(pair: dict[str, Any]) -> list[str]:
    resplit, size = pair["resplit"], pair["second"]["n"]
    if resplit["expected_size"] is None:
        return []
    if not resplit["design"]:
        return [f"    the second set's {size:,} images are no such fraction of the data, balanced or not"]
    return [
        f"    the same fraction of the data, {resplit['design']}, would be {resplit['expected_size']:,.0f} "
        f"images; the second set has {size:,}"
    ]


ACCOUNTS = {
    "subset": "than a part of the first set, drawn at random",
    "same": "than new images, as hard as the first",
    "other": "than any other or easier set",
}


def _weighed_lines(weighed: dict[str, float | None] | None) -> list[str]:
    """What the data say, as ratios of likelihoods; None where one of the two cannot be at all."""
    known = {name: log10 for name, log10 in (weighed or {}).items() if log10 is not None}
    return [f"    {_times(log10)} {ACCOUNTS[name]}" for name, log10 in known.items()]


def _times(log10: float) -> str:
    size = f"{10 ** abs(log10):,.0f}" if abs(log10) < 5 else f"10^{abs(log10):.0f}"
    return f"{size} times {'likelier' if log10 >= 0 else 'less likely'}"


NO_SIGN = (
    "     No sign of a re-split: a network that remembers 90 % of its training images or more would have "
    "shown one. One that has learnt little by heart would not."
)
