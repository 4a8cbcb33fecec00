"""Frozen epochs on stored activations beside the same epochs computed anew: seconds and validation figures.

    python benchmarks/stored_activations.py --manifest DATA/manifest.csv --split DATA/split.csv --out FOLDER

Each row trains the head of a pretrained EfficientNet-Lite0 for as many epochs on the same images. Seconds are
those of `history.jsonl`: learning, validation and, for stored activations, computing them.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from lentigo.data.manifest import load_manifest
from lentigo.data.split import load_split
from lentigo.experiments.study.scales import Limits
from lentigo.experiments.study.subset import limited
from lentigo.settings.recipe import Stage, Stored
from lentigo.settings.toml import load_recipe
from lentigo.training.run import train_network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--split", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--train", type=int, default=600)
    parser.add_argument("--validation", type=int, default=300)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--learn", nargs="+", default=["head"])
    parser.add_argument("--views", type=int, nargs="+", default=[4])
    options = parser.parse_args()
    manifest, split = limited(
        load_manifest(options.manifest),
        load_split(options.split),
        Limits(options.train, options.validation),
        options.out / "data",
    )
    base = load_recipe("lite0-eight", [f"input.height={options.size}", f"input.width={options.size}"])
    training = replace(base.training, keep="last", average_weights=0.0)
    base = replace(base, training=training, stages=(Stage(tuple(options.learn), options.epochs, 1e-3),))
    rows = {"computed in every epoch": Stored("never")}
    rows |= {f"stored, {views} views": Stored("auto", views=views) for views in options.views}
    slowest = 0.0
    print("| way | seconds | times as fast | balanced accuracy on validation |\n|---|---|---|---|")
    for name, stored in rows.items():
        run = train_network(
            replace(base, stored=stored), manifest, split, options.out / name.replace(" ", "-")
        )
        seconds = sum(row["seconds"] for row in run.history())
        slowest = slowest or seconds
        last = run.history()[-1]["val_balanced_accuracy"]
        print(f"| {name} | {seconds:.1f} | {slowest / seconds:.1f} | {last:.3f} |", flush=True)


if __name__ == "__main__":
    main()
