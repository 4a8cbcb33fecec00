"""`lentigo data synthesize`: draw dermoscopy-like images of eight classes, with the truth about each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output


def data_synthesize(
    out: Annotated[Path, typer.Argument(file_okay=False, help="A new folder for images, masks and tables.")],
    images: Annotated[int, typer.Option(min=16, help="How many images to draw.")] = 800,
    seed: Annotated[int, typer.Option(help="The same seed draws the same images.")] = 0,
    height: Annotated[int, typer.Option(min=64, max=1024, help="Pixels.")] = 192,
    width: Annotated[int, typer.Option(min=64, max=1024, help="Pixels.")] = 256,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Draw dermoscopy-like images of eight classes with lesion and evidence masks (CC0, no patient).

    The folder has the form of the official ISIC 2019 files and is imported in the same way.
    """
    from lentigo.data.sources.synthetic import synthesize

    with output.progress("drawing") as advance:
        synthesize(out, num_images=images, seed=seed, height=height, width=width, progress=advance)
    output.result(
        f"drew {images} images into {out}", {"folder": str(out), "images": images, "seed": seed}, json
    )
    output.next_command(f"lentigo data import {out} --out {out}-data")
