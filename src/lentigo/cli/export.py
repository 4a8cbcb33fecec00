"""`lentigo export`: a run leaves the lab as a bundle."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output


def export(
    run: Annotated[Path, typer.Argument(help="A run directory.")],
    out: Annotated[
        Path,
        typer.Option(file_okay=False, help="The bundle's directory; an earlier bundle there is replaced."),
    ],
    manifest: Annotated[Path | None, typer.Option(help="Where the manifest is now, if it has moved.")] = None,
    int8: Annotated[
        bool, typer.Option("--int8", help="Quantise to 8 bits; refused where answers change too much.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Write a run as a bundle, one ONNX network with facts and card, once its answers equal the run's."""
    from lentigo import api

    start = time.monotonic()
    output.notice()
    made = api.export(run, out, manifest=manifest, int8=int8, say=output.advise)
    output.result(summary(made), made, json)
    output.advise(f"took {output.seconds_since(start)}")
    output.next_command(f"lentigo predict {out} IMAGE")
    output.next_command(f"lentigo serve {out}")


def summary(made: dict[str, object]) -> str:
    """The bundle, its size, and how far its answers lie from the run's."""
    parity, files = made["parity"], made["files"]
    from lentigo.bundle.quantization import in_words

    assert isinstance(parity, dict)
    assert isinstance(files, dict)
    megabytes = sum(files.values()) / 1e6
    smaller = f"\n{in_words(parity['int8'])}" if "int8" in parity else ""
    return (
        f"bundle: {made['bundle']} ({megabytes:.1f} MB)\n"
        f"equal to the run on {parity['n_images']} image files: probabilities within "
        f"{parity['max_difference']:.1e}, saliency within {parity['max_saliency_difference']:.1e}{smaller}"
    )
