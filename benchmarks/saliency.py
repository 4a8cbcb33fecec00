"""Can saliency maps be believed? Trained against random weights on drawn images whose evidence is known.

    python benchmarks/saliency.py checks --run demo/run --part test --count 24 --out saliency-benchmark
    python benchmarks/saliency.py evidence --run demo/run --part test --count 180
    python benchmarks/saliency.py places --run demo/run --part test --count 180

Without --run the demo is trained first, into OUT/demo. `checks` prints what `lentigo explain --check` finds
and leaves checks.html and pictures in OUT; `evidence` is its first test for many images and the methods that
need one pass; `places` moves maps by parts of a cell and looks where the share of heat is largest.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from lentigo.api import demo
from lentigo.api.explaining.explanation import open_lens
from lentigo.api.explaining.images_to_explain import choose_images, masks_of
from lentigo.api.explaining.saliency_checks import check_saliency
from lentigo.cli.explain import summary
from lentigo.evaluation.intervals.bootstrap import mean_interval
from lentigo.explanation.heat import area_share, heat_share, middle_maps
from lentigo.explanation.methods import explain_by_methods, explain_images, usable_methods
from lentigo.explanation.randomisation import blocks_from_head, random_twin, randomised
from lentigo.report.pages.saliency_page import save_evidence_picture, save_likeness_picture
from lentigo.settings.run import RunDirectory

MOVES = (-0.5, -0.25, 0, 0.25, 0.5, 0.75)
"""Parts of a cell, down and right."""


def moved(maps: np.ndarray, pixels: int) -> np.ndarray:
    """Maps (N, H, W) moved down and right, edges held."""
    rows, columns = (np.clip(np.arange(length) - pixels, 0, length - 1) for length in maps.shape[1:])
    return maps[:, rows][:, :, columns]


def contest_of_evidence(run: RunDirectory, part: str, count: int) -> None:
    """Share of heat on the evidence, trained against random weights, and their difference by image."""
    to_explain, recipe = choose_images(run, (), part=part, count=count), run.recipe()
    masks, lens, classes = masks_of(run, to_explain, None), open_lens(run), to_explain.classes("truth")
    methods = [name for name in usable_methods(lens) if name != "occlusion"]
    own, twins = explain_by_methods(lens, to_explain.images, classes, methods), []
    for seed in range(3):
        twin = random_twin(recipe.model, recipe.input, lens.num_classes, seed)
        with randomised(lens.network, twin, blocks_from_head(lens.network)):
            twins.append(explain_by_methods(lens, to_explain.images, classes, methods))
    for kind, mask in masks.items():
        middle = heat_share(middle_maps(*mask.shape), mask)
        told = {"area": area_share(mask), "middle of the image": middle}
        for name in methods:
            share = heat_share(own[name][:, 0], mask)
            chance = np.nanmean([heat_share(maps[name][:, 0], mask) for maps in twins], axis=0)
            told |= {name: share, f"{name}, minus the middle": share - middle}
            told |= {f"{name}, random": chance, f"{name}, minus random": share - chance}
        print(f"{kind}: {len(mask)} images, {len(set(to_explain.groups))} groups")
        for name, values in told.items():
            one = mean_interval(values, to_explain.groups)
            print(f"  {name}: {one.value:.3f} [{one.low:.3f}, {one.high:.3f}], n {one.n}")


def contest_of_places(run: RunDirectory, part: str, count: int) -> None:
    """Share of Grad-CAM's heat on the evidence for maps moved by parts of a cell."""
    to_explain = choose_images(run, (), part=part, count=count)
    masks, lens = masks_of(run, to_explain, None), open_lens(run)
    maps = explain_images(lens, to_explain.images, to_explain.classes("truth"))[:, 0]
    cell = to_explain.images.shape[1] / lens.network.feature_shape[0]
    print(f"{len(maps)} images, {len(set(to_explain.groups))} groups")
    print(f"Grad-CAM moved down and right by parts of a cell of {cell:.0f} pixels, share of heat:")
    for move in MOVES:
        shifted = moved(maps, round(move * cell))
        shares = {name: heat_share(shifted, mask) for name, mask in masks.items()}
        found = {name: mean_interval(share, to_explain.groups, True) for name, share in shares.items()}
        told = ", ".join(
            f"{name} {one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" for name, one in found.items()
        )
        print(f"  {move:+.2f}: {told}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("contest", choices=("checks", "evidence", "places"))
    parser.add_argument("--run", type=Path)
    parser.add_argument("--part", default="test")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--out", type=Path, default=Path("saliency-benchmark"))
    options = parser.parse_args()
    if options.run is None:
        demo(options.out / "demo", say=print)
    chosen = RunDirectory.existing(options.run or options.out / "demo" / "run")
    if options.contest == "checks":
        checks = check_saliency(chosen, part=options.part, count=options.count, out=options.out, say=print)
        print(summary(checks))
        save_evidence_picture(options.out / "evidence.png", checks)
        save_likeness_picture(options.out / "likeness.png", checks)
    else:
        contest = {"evidence": contest_of_evidence, "places": contest_of_places}[options.contest]
        contest(chosen, options.part, options.count)
