"""A training in a process of its own, to be killed: after each step it says so and waits for a line."""

from __future__ import annotations

import sys
from pathlib import Path

from blobs import make_recipe

from lentigo.data.manifest import load_manifest
from lentigo.data.split import load_split
from lentigo.training import loop
from lentigo.training.progress import StepDone, TrainingProgress
from lentigo.training.run import train_network


class Printing(TrainingProgress):
    """Tells the parent where it is, and goes on when told to."""

    def step_done(self, event: StepDone) -> None:
        print("step", flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    loop.SAVE_EVERY_SECONDS = 0.0
    train_network(make_recipe(), load_manifest(data), load_split(data / "split.csv"), out, Printing())
