"""Can saliency maps be believed? Trained against random weights on drawn images whose evidence is known.

    python benchmarks/saliency.py --run demo/run --part test --count 24 --out saliency-benchmark

Without --run the demo is trained first, into OUT/demo. Prints the figures of `lentigo explain --check` and
how the share of heat on the evidence changes when maps are moved by parts of a cell; leaves checks.html and
pictures in OUT.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from lentigo.api import demo
from lentigo.api.explanation import open_lens
from lentigo.api.saliency_checks import check_saliency
from lentigo.api.subjects import choose_subjects, masks_of
from lentigo.cli.explain import summary
from lentigo.evaluation.bootstrap import mean_interval
from lentigo.explanation.heat import heat_share
from lentigo.explanation.methods import explain_images
from lentigo.report.saliency_page import save_evidence_picture, save_likeness_picture
from lentigo.settings.run import RunDirectory

MOVES = (-0.5, -0.25, 0, 0.25, 0.5, 0.75)
"""Parts of a cell, down and right."""


def moved(maps: np.ndarray, pixels: int) -> np.ndarray:
    """Maps (N, H, W) moved down and right, edges held."""
    rows, columns = (np.clip(np.arange(length) - pixels, 0, length - 1) for length in maps.shape[1:])
    return maps[:, rows][:, :, columns]


def contest_of_places(run: RunDirectory, part: str, count: int) -> None:
    """Share of Grad-CAM's heat on the evidence for maps moved by parts of a cell."""
    subjects = choose_subjects(run, (), part=part, count=count)
    masks, lens = masks_of(run, subjects, None), open_lens(run)
    maps = explain_images(lens, subjects.images, subjects.classes("truth"))[:, 0]
    cell = subjects.images.shape[1] / lens.network.feature_shape[0]
    print(f"Grad-CAM moved down and right by parts of a cell of {cell:.0f} pixels, share of heat:")
    for move in MOVES:
        shifted = moved(maps, round(move * cell))
        shares = {name: heat_share(shifted, mask) for name, mask in masks.items()}
        found = {name: mean_interval(share, subjects.groups, True) for name, share in shares.items()}
        told = ", ".join(
            f"{name} {one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" for name, one in found.items()
        )
        print(f"  {move:+.2f}: {told}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", type=Path)
    parser.add_argument("--part", default="test")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--out", type=Path, default=Path("saliency-benchmark"))
    parser.add_argument("--only-places", action="store_true", help="leave the long checks out")
    options = parser.parse_args()
    if options.run is None:
        demo(options.out / "demo", say=print)
    chosen = RunDirectory.existing(options.run or options.out / "demo" / "run")
    if not options.only_places:
        checks = check_saliency(chosen, part=options.part, count=options.count, out=options.out, say=print)
        print(summary(checks))
        save_evidence_picture(options.out / "evidence.png", checks)
        save_likeness_picture(options.out / "likeness.png", checks)
    contest_of_places(chosen, options.part, options.count)
