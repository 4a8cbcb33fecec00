"""`lentigo forensics`: what printed figures say about how the data behind them were divided."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lentigo.cli import output


def forensics(
    dataset: Annotated[str, typer.Option(help="Whose classes: isic2019 or ham10000.")] = "isic2019",
    matrix: Annotated[
        list[str] | None,
        typer.Option(help="A two-class confusion matrix, row by row, rows = truth: 2667,142,228,1184."),
    ] = None,
    pair: Annotated[
        list[str] | None,
        typer.Option(help="Images:accuracy on a first and on a second set: 4221:0.9064,2816:0.9833."),
    ] = None,
    same_weights: Annotated[
        bool, typer.Option("--same-weights", help="Both figures of each pair come from the same network.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Derive groupings of classes, balanced accuracies and re-splits from printed figures."""
    from lentigo.evaluation.forensics.investigation import investigate
    from lentigo.evaluation.forensics.reported import parse_matrix, parse_pair

    matrices = [parse_matrix(text) for text in matrix or []]
    pairs = [parse_pair(text) for text in pair or []]
    found = investigate(dataset, matrices, pairs, same_weights)
    output.result(in_words(found), found, json)


def in_words(found: dict[str, Any]) -> str:
    """The whole investigation as text."""
    lines = [f"{found['dataset']}: {sum(found['class_counts'].values()):,} images"]
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
    cells, (benign, malignant) = matrix["cells"], matrix["row_sums"]
    lines = [
        f"Matrix {number}: {cells}, row sums {benign:,} and {malignant:,}, {matrix['n']:,} images",
        f"  accuracy {matrix['accuracy']:.4f}, balanced accuracy "
        f"{output.number(matrix['balanced_accuracy'])} (images taken as independent)",
    ]
    for found in matrix["groupings"]:
        sides = [
            f"row {row}: {' + '.join(found[f'row_{row}'])} ({size:,} x {found['fraction']} = {expected:,.1f})"
            for row, size, expected in zip((1, 2), found["sizes"], found["expected"], strict=True)
        ]
        lines += [
            f"  matches {' + '.join(found['row_2'])} at {found['fraction']}:",
            *(f"    {s}" for s in sides),
        ]
    if not matrix["groupings"]:
        lines.append("  matches no grouping of the classes at any fraction from 1/2 to 1/10")
    lines.append(
        f"  (of all ways to divide {matrix['n']:,} images in two, "
        f"{matrix['chance_of_a_match']:.1%} match some grouping by chance)"
    )
    return lines


def _pair_lines(pair: dict[str, Any]) -> list[str]:
    first, second = pair["first"], pair["second"]
    return [
        f"Pair {pair['name']}",
        f"  {_figure(first)}; {_figure(second)}",
        *(_unreachable(measured) for measured in (first, second) if measured["unreachable"]),
        *(["  If both came from the same weights:"] if pair["verdict"] == "not asked" else []),
        *_subset_lines(pair["subset"]),
        *(_resplit_lines(pair) if pair["subset"]["impossible"] else []),
        f"  -> {pair['conclusion']}.",
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
    title = "  A subset of the same images?"
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
    resplit, second, unseen = pair["resplit"], pair["second"], pair["resplit"]["fraction"]
    met = "met" if resplit["fits"] else "not met"
    return [
        f"  Trained on most of it? With {1 - unseen:.1%} of the second set known by heart, "
        f"{resplit['predicted']:.3f} +- {resplit['standard_error']:.3f} is predicted;",
        f"    reported {second['accuracy']:.4f}: {met} ({resplit['distance']:+.1f} standard errors); "
        f"exact if {resplit['trained_accuracy']:.2%} of the trained images were answered right",
        *_size_lines(pair),
    ]


def _size_lines(pair: dict[str, Any]) -> list[str]:
    if pair["balanced_size"] is None:
        return []
    return [
        f"    the same fraction of the data, balanced first, would be {pair['balanced_size']:,.0f} images; "
        f"the second set has {pair['second']['n']:,}"
    ]
