"""A run of ours beside anybody's answers to the same images: figures, paired intervals, ratio of times.

    python benchmarks/finetuning.py time OUT.json -- COMMAND ...
    python benchmarks/finetuning.py beside RUN ANSWERS.csv --part validation [--times OURS.json THEIRS.json]

`time` runs a command and writes down what it took, on the clock and of processors, children included: on a
machine that does other work too only the latter compares. `beside` asks RUN about a part and reads what the
other says of it: a table with image_id and a column of probabilities a class, such as plain PyTorch writes
after an epoch; with a column `part` only those rows. Intervals and p-values are those of `lentigo compare`,
resampled and exchanged by group. A look at test is logged in the run.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.runs.source import open_run
from lentigo.evaluation.comparison import Comparison, compare_samples
from lentigo.evaluation.intervals.sample import Sample
from lentigo.experiments.held_out import hold_out
from lentigo.settings.files import write_json

FIGURES = ("balanced_accuracy", "accuracy", "macro_f1", "malignant_roc_auc")


def run_timed(out: Path, command: list[str]) -> int:
    """Run a command and write down its seconds."""
    began = time.perf_counter()
    status = subprocess.call(command)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = {
        "clock": round(time.perf_counter() - began, 1),
        "processors": round(used.ru_utime + used.ru_stime, 1),
    }
    write_json(out, {"command": command, "exit_status": status, "seconds": seconds})
    print(f"{seconds['clock']} s on the clock, {seconds['processors']} s of processors")
    return status


def their_sample(path: Path, answers: Answers) -> Sample:
    """The other's probabilities for the images of `answers`, in that order."""
    table = pd.read_csv(path, dtype={"image_id": str, "part": str})
    if "part" in table:
        table = table[table["part"] == answers.context.part]
    ours = answers.predictions
    missing = set(ours.image_ids.tolist()) ^ set(table["image_id"])
    if missing or table["image_id"].duplicated().any():
        sys.exit(f"{path} answers other images than the run, such as {next(iter(missing), 'one twice')}")
    found = table.set_index("image_id").loc[ours.image_ids, list(ours.class_names)].to_numpy(dtype=float)
    return Sample(answers.sample.truth, found / found.sum(axis=1, keepdims=True), answers.sample.groups)


def beside(run: Path, other: Path, part: str) -> dict[str, Any]:
    """What `lentigo compare` says of two runs, said of a run and a table."""
    answers = hold_out(open_run(run), part)
    names, malignant = answers.predictions.class_names, answers.context.malignant
    found = compare_samples(answers.sample, their_sample(other, answers), Comparison(names, malignant))
    print(f"{part}: {answers.sample.num_images:,} images of {answers.sample.groups.num_groups:,} groups")
    for name in FIGURES:
        figure = found["figures"][name]
        print(
            f"{name:<20}{told(figure['first'])}  {told(figure['second'])}  ours minus theirs "
            f"{told(figure['difference'], '+')}, p = {figure['difference']['p_value']:.2g}"
        )
    for name, figure in found["recall"].items():
        print(f"recall of {name:<10}{told(figure['first'])}  {told(figure['second'])}")
    return found


def told(interval: dict[str, Any], sign: str = "") -> str:
    """A figure with its interval."""
    low, high = (np.nan if interval[end] is None else interval[end] for end in ("low", "high"))
    return f"{interval['value']:{sign}.3f} [{low:{sign}.3f}, {high:{sign}.3f}]"


def compare_times(ours: Path, theirs: Path) -> None:
    """Print the seconds of both and the ratio, theirs over ours."""
    first, second = (json.loads(path.read_text())["seconds"] for path in (ours, theirs))
    for kind in ("processors", "clock"):
        ratio = second[kind] / first[kind]
        print(f"seconds ({kind}): ours {first[kind]:,.0f}, theirs {second[kind]:,.0f}, ratio {ratio:.2f}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = ask.add_subparsers(dest="way", required=True)
    timed = ways.add_parser("time")
    timed.add_argument("out", type=Path)
    timed.add_argument("command", nargs=argparse.REMAINDER)
    compared = ways.add_parser("beside")
    compared.add_argument("run", type=Path)
    compared.add_argument("answers", type=Path)
    compared.add_argument("--part", default="validation", choices=("validation", "test"))
    compared.add_argument("--times", nargs=2, type=Path, metavar=("OURS", "THEIRS"))
    options = ask.parse_args()
    if options.way == "time":
        command = options.command[1:] if options.command[:1] == ["--"] else options.command
        sys.exit(run_timed(options.out, command))
    beside(options.run, options.answers, options.part)
    if options.times:
        compare_times(*options.times)


if __name__ == "__main__":
    main()
