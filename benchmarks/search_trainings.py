"""Genetic search against random search and TPE at equal budget, on real trainings of the recipe `genetic`.

    python benchmarks/search_trainings.py --manifest DATA --split DATA/split.csv --out FOLDER
        [--trials 20] [--seeds 3] [--epochs 5] [--images 2000] [--height 150] [--width 200] [--set KEY=VALUE]

Each search lives in a folder of its own and is resumed by the same command; trials that are done are not
trained again. Fitness is the best validation accuracy, or what `--set training.monitor=...` names: where few
images are malignant, plain accuracy ends at the share of the benign ones whoever searches. A winner's figure
is flattered by having been chosen: each winner is looked at once on test, and the difference is its selection
optimism. Writes `search-trainings.json` and the picture `best-so-far.png`.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from lentigo.api.searching import search
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.split import Split, load_split
from lentigo.experiments.study.scales import Limits
from lentigo.experiments.study.subset import limited
from lentigo.report.drawing.figures import save_png
from lentigo.report.drawing.themes import Theme
from lentigo.report.pages.search_pictures import best_so_far
from lentigo.searching.directory import SearchDirectory
from lentigo.searching.results import trial_rows
from lentigo.searching.sampler import SAMPLERS
from lentigo.settings.files import write_json

SIZE = (620, 380)
Curves = Mapping[str, Sequence[Sequence[float]]]
"""Sampler -> seed -> best fitness up to each trial."""


def main() -> int:
    """Run what is not done yet, then print and draw everything."""
    options = parse()
    sys.stdout.reconfigure(line_buffering=True)
    manifest, split = limited(
        load_manifest(options.manifest.resolve()),
        load_split(options.split),
        Limits(options.images, options.validation),
        options.out / "data",
    )
    # seed by seed, so that a benchmark cut short has compared all samplers
    for seed in range(options.seeds):
        for sampler in SAMPLERS:
            search_once(options, manifest, split, sampler, seed)
    records = {
        sampler: [folder_of(options, sampler, seed).record() for seed in range(options.seeds)]
        for sampler in SAMPLERS
    }
    curves = {
        sampler: [curve_of(folder_of(options, sampler, seed)) for seed in range(options.seeds)]
        for sampler in SAMPLERS
    }
    report(options, records)
    metric = metric_name(records)
    save_png(options.out / "best-so-far.png", partial(paint, curves=curves, metric=metric), SIZE)
    facts = {name: str(value) for name, value in vars(options).items()}
    write_json(
        options.out / "search-trainings.json", {"options": facts, "searches": records, "curves": curves}
    )
    print(f"picture: {options.out / 'best-so-far.png'}")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--split", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--trials", type=int, default=20, help="of each search")
    parser.add_argument("--seeds", type=int, default=3, help="searches of each sampler")
    parser.add_argument("--epochs", type=int, default=5, help="of each training")
    parser.add_argument("--images", type=int, default=2000, help="most training images; 0: all")
    parser.add_argument("--validation", type=int, default=0, help="most validation images; 0: all")
    parser.add_argument("--height", type=int, default=150)
    parser.add_argument("--width", type=int, default=200)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="of the recipe")
    return parser.parse_args()


def folder_of(options: argparse.Namespace, sampler: str, seed: int) -> SearchDirectory:
    return SearchDirectory(options.out / f"{sampler}-{seed}")


def search_once(
    options: argparse.Namespace, manifest: Manifest, split: Split, sampler: str, seed: int
) -> None:
    """One search to its end, and one look at test with its winner."""
    values = {
        "stages.0.epochs": options.epochs,
        "input.height": options.height,
        "input.width": options.width,
        "search.seed": seed,
    }
    record = search(
        "genetic",
        manifest,
        split,
        folder_of(options, sampler, seed).path,
        budget=str(options.trials),
        sampler=sampler,
        overrides=[*(f"{key}={value}" for key, value in values.items()), *options.set],
        confirm=True,
    )
    winner = record["winner"]
    print(f"{sampler}, seed {seed}: best {winner['fitness']:.4f}, trial {winner['number']}", end="; ")
    print(f"{record['num_failed']} of {record['num_trials']} failed, {record['seconds'] / 60:.1f} min")


def curve_of(directory: SearchDirectory) -> list[float]:
    return best_so_far(trial_rows(directory.study()))


def confirmation(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The look at test with the winner as it is now."""
    number = record["winner"]["number"]
    return next(one for one in record["confirmations"] if one["winner"] == number)


def metric_name(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """What the fitness is, in words; the same for all searches."""
    return str(confirmation(next(iter(records.values()))[0])["metric"]).replace("_", " ")


def report(options: argparse.Namespace, records: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Print a row a search with 95 % intervals, and a row a sampler with standard errors over seeds."""
    heading = f"{options.trials} trials of {options.epochs} epochs a search; {metric_name(records)}"
    print(f"\n{heading}, 95 % intervals by group")
    print(f"{'search':<11}{'best validation':<26}{'test, looked at once':<26}selection optimism")
    for sampler, found in records.items():
        for seed, record in enumerate(found):
            shown = [
                interval(confirmation(record)[name], sign) for name, sign in
                (("validation", ""), ("test", ""), ("optimism", "+"))
            ]  # fmt: skip
            print(f"{sampler + ' ' + str(seed):<11}{shown[0]:<26}{shown[1]:<26}{shown[2]}")
    print(f"\nmean over {options.seeds} seeds, and its standard error")
    print(f"{'sampler':<11}{'best validation':<18}{'test':<18}selection optimism")
    for sampler, found in records.items():
        columns = [
            mean_and_error([confirmation(record)[name]["value"] for record in found], sign)
            for name, sign in (("validation", ""), ("test", ""), ("optimism", "+"))
        ]
        print(f"{sampler:<11}{columns[0]:<18}{columns[1]:<18}{columns[2]}")
    print("The errors are over seeds of the search alone: all searches share validation and test images.")


def interval(figure: Mapping[str, float], sign: str) -> str:
    return f"{figure['value']:{sign}.3f} [{figure['low']:{sign}.3f}, {figure['high']:{sign}.3f}]"


def mean_and_error(values: Sequence[float], sign: str) -> str:
    """Mean and its standard error, from the spread over seeds; one seed has none."""
    if len(values) < 2:
        return f"{values[0]:{sign}.4f}"
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return f"{np.mean(values):{sign}.4f} +- {error:.4f}"


def paint(figure: Figure, theme: Theme, curves: Curves, metric: str) -> None:
    """One strong stair a sampler, the mean over seeds, named at its end; each seed as a thin one."""
    axes = figure.subplots()
    colours = (theme.accent, theme.muted, theme.warning)
    ends = []
    for (sampler, seeds), colour in zip(curves.items(), colours, strict=True):
        length = min(map(len, seeds))
        numbers = np.arange(1, length + 1)
        for steps in seeds:
            axes.plot(numbers, steps[:length], drawstyle="steps-post", color=colour, alpha=0.35, linewidth=1)
        mean = np.nanmean([steps[:length] for steps in seeds], axis=0)
        axes.plot(numbers, mean, drawstyle="steps-post", color=colour, linewidth=2.6)
        ends.append((float(mean[-1]), sampler, colour))
    axes.set_xlabel("trials")
    axes.set_ylabel(f"best validation {metric} so far")
    axes.grid(axis="y", color=theme.line, linewidth=0.8)
    axes.tick_params(length=0)
    axes.locator_params(axis="x", integer=True)
    label_ends(figure, ends, length)


def label_ends(figure: Figure, ends: list[tuple[float, str, str]], x: int) -> None:
    """Name each curve at its end, names kept apart."""
    axes = figure.axes[0]
    low, high = axes.get_ylim()
    lowest = -math.inf
    for height, name, colour in sorted(ends):
        lowest = max(height, lowest + (high - low) / 18)
        axes.annotate(
            name, (x, lowest), (6, 0), textcoords="offset points", va="center", color=colour, weight="bold",
            annotation_clip=False,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
