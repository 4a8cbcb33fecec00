"""Trainings and searches killed at random moments and resumed by the same command, against one never killed.

    python benchmarks/kills.py [--trainings 20] [--searches 10] [--seed 0] [--out FOLDER]

Every training and search is a process of its own on drawn images, with all that has a memory in it:
augmentation, dropout, averaged weights, ReduceLROnPlateau, EarlyStopping, best weights. It saves every half
second. Every second kill, with --inside every one, strikes inside the writing of a checkpoint: a file of it
is cut to a part of what it should hold, and the process is gone before the file is in place (Linux). Compared
bit by bit: weights, history, predictions; of searches the genomes, their fitness and the winner's weights.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lentigo.cli.app import main as lentigo
from lentigo.data.cache import open_cache
from lentigo.data.manifest import load_manifest
from lentigo.data.split import load_split
from lentigo.settings.reading import read_json
from lentigo.settings.run import RunDirectory

TIMED = ("seconds", "images_per_second", "input_wait_share")
SIZE = ["input.height=32", "input.width=40", "task.classes=all", "training.batch_size=16"]
TRAINING = [
    *SIZE,
    "augmentation.brightness=0.1",
    "training.average_weights=0.9",
    "training.keep=best",
    "stages.0.epochs=8",
    "stages.0.lr=0.005",
    "stages.0.reduce_lr_on_plateau={patience=1}",
    "stages.0.early_stopping={patience=3}",
]
SEARCH = [*SIZE, "stages.0.epochs=2", "search.population=2", "search.elite=1"]
MOST_DRAWS = 10
MOST_WRITES = 40
"""Files of checkpoints that a short training writes, or somewhat more."""
STRIKE = "LENTIGO_STRIKE_AT_WRITE"
"""Tells a child in which of its writes to end itself, and how much of the file is there by then."""
SAVE_EVERY_SECONDS = 0.5
"""In place of five minutes, so that most moments of a short training lie within an epoch that was saved."""


@dataclass(frozen=True)
class Kind:
    """What is killed: a command line, and what of its result must not change."""

    name: str
    arguments: list[str]
    outcome: Callable[[Path, Path], dict[str, Any]]
    """(data, folder) -> whatever must be equal."""
    is_struck_inside: bool = False
    """Whether every kill strikes inside a write, or every second one."""


def training_outcome(data: Path, folder: Path) -> dict[str, Any]:
    from lentigo.training.inference import load_network, predict_images

    run, manifest = RunDirectory(folder), load_manifest(data)
    network = load_network(run)
    rows = load_split(data / "split.csv").rows(manifest, "validation")
    images = open_cache(manifest, run.recipe().input).images[rows]
    history = [{key: row[key] for key in row if key not in TIMED} for row in run.history()]
    return {
        "history": history,
        "weights": network.model.get_weights(),
        "predictions": [predict_images(network, images)],
    }


def search_outcome(data: Path, folder: Path) -> dict[str, Any]:
    winner = Path(read_json(folder / "search.json")["winner"]["run"])
    genomes = pd.read_csv(folder / "trials.csv").drop(columns="seconds")
    return {
        "genomes": genomes.to_csv(),
        "winner": winner.name,
        "weights": training_outcome(data, winner)["weights"],
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Names of what is not equal to the last bit."""
    return [name for name in one if not are_equal(one[name], other[name])]


def are_equal(one: Any, other: Any) -> bool:
    if not isinstance(one, list) or not isinstance(one[0], np.ndarray):
        return bool(one == other)
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def make_data(folder: Path) -> Path:
    """160 drawn images, imported and split."""
    lesions, data = str(folder / "lesions"), str(folder / "data")
    for command in (
        ["data", "synthesize", lesions, "--images", "160", "--height", "64", "--width", "80"],
        ["data", "import", lesions, "--out", data],
        ["split", data, "--fractions", "0.6,0.2,0.2"],
    ):
        assert lentigo(command) == 0, command
    return folder / "data"


def start(kind: Kind, folder: Path, strike: str = "") -> subprocess.Popen[bytes]:
    """The same command in a process of its own, this file with `--child`."""
    command = [sys.executable, __file__, "--child", *kind.arguments, "--out", str(folder)]
    environment = {**os.environ, STRIKE: strike}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def be_child(arguments: list[str]) -> int:
    from lentigo.training import loop

    loop.SAVE_EVERY_SECONDS = SAVE_EVERY_SECONDS
    if strike := os.environ.get(STRIKE):
        strike_inside_a_write(int(strike.split()[0]), float(strike.split()[1]))
    return lentigo(arguments)


def strike_inside_a_write(number: int, share: float) -> None:
    """Have this process killed in its `number`th write of a checkpoint's file, with `share` of it written."""
    sync, count = os.fsync, 0

    def fsync(descriptor: int) -> None:
        nonlocal count
        count += "/checkpoints/.tmp-" in os.readlink(f"/proc/self/fd/{descriptor}")
        if count == number:
            os.ftruncate(descriptor, int(os.fstat(descriptor).st_size * share))
            os.kill(os.getpid(), signal.SIGKILL)
        sync(descriptor)

    os.fsync = fsync


def finish(kind: Kind, folder: Path) -> float:
    """Let the command run to its end; returns seconds from its first checkpoint on."""
    child = start(kind, folder)
    while child.poll() is None and not checkpoints(folder):
        time.sleep(0.01)
    began = time.monotonic()
    assert child.wait() == 0, f"{kind.name} in {folder} failed"
    return time.monotonic() - began


def kill_inside(kind: Kind, folder: Path, strike: str) -> bool:
    """Kill the command inside one of its writes; False when it has ended before that one."""
    return start(kind, folder, strike).wait() == -signal.SIGKILL


def kill_once(kind: Kind, folder: Path, seconds: float) -> bool:
    """Kill the command so long after its first checkpoint; False when it has ended before."""
    child = start(kind, folder)
    while child.poll() is None and not checkpoints(folder):
        time.sleep(0.01)
    time.sleep(seconds)
    is_alive = child.poll() is None
    child.kill()
    child.wait()
    return is_alive


def checkpoints(folder: Path) -> list[Path]:
    return list(folder.glob("**/checkpoints/checkpoint-*.json"))


def temporary_files(folder: Path) -> list[Path]:
    return list(folder.glob("**/checkpoints/.tmp-*"))


def place_of(folder: Path) -> str:
    """Where the kill struck, from what it left."""
    newest = max(checkpoints(folder), key=lambda path: (path.parent, path.name), default=None)
    if newest is None:
        return "after the last epoch" if (folder / "run.json").is_file() else "between two trainings"
    state = read_json(newest)["state"]
    saving = ", a half-written file left" if temporary_files(folder) else ""
    trial = f"trial {newest.parent.parent.name}, " if newest.parent.parent.parent.name == "trials" else ""
    return f"{trial}epoch {state['epoch'] + 1}, batch {state['step']}{saving}"


def compare(kind: Kind, data: Path, folder: Path, number: int, generator: np.random.Generator) -> int:
    """Kill and resume `number` times; prints a row each, returns how many ended otherwise."""
    longest = finish(kind, folder / f"{kind.name}-undisturbed")
    expected = kind.outcome(data, folder / f"{kind.name}-undisturbed")
    print(f"\n{kind.name} undisturbed: {longest:.1f} s from its first checkpoint on")
    if "history" in expected:
        rates = [f"{row['lr']:g}" for row in expected["history"]]
        print(f"  {len(rates)} of 8 epochs, learning rates {' '.join(rates)}")
    num_failed = 0
    for index in range(number):
        for draw in range(MOST_DRAWS):
            killed = folder / f"{kind.name}-{index:02d}-{draw}"
            if kind.is_struck_inside or index % 2 == 1:
                strike = f"{generator.integers(1, MOST_WRITES)} {generator.uniform(0, 1):.3f}"
                if kill_inside(kind, killed, strike):
                    break
            elif kill_once(kind, killed, generator.uniform(0, longest)):
                break
        place = place_of(killed)
        finish(kind, killed)
        found = differences(expected, kind.outcome(data, killed))
        num_failed += bool(found)
        print(f"  {index + 1:2d}  {place:<62} {'DIFFERENT: ' + ', '.join(found) if found else 'identical'}")
    print(f"{kind.name}: {number - num_failed} of {number} ended identically")
    return num_failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trainings", type=int, default=20)
    parser.add_argument("--searches", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--inside", action="store_true", help="every kill strikes inside a write")
    parser.add_argument("--out", type=Path, help="folder for all runs; default: a temporary one")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stdout.reconfigure(line_buffering=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.out or Path(temporary)
        data = make_data(folder)
        places = ["--manifest", str(data), "--split", str(data / "split.csv")]
        kinds = [
            (
                Kind(
                    "training",
                    ["train", "augmented", *places, *sets(TRAINING)],
                    training_outcome,
                    options.inside,
                ),
                options.trainings,
            ),
            (
                Kind(
                    "search",
                    ["search", "genetic", *places, "--budget", "4", *sets(SEARCH)],
                    search_outcome,
                    options.inside,
                ),
                options.searches,
            ),
        ]
        print(f"seed of the moments: {options.seed}")
        generator = np.random.default_rng(options.seed)
        failed = [compare(kind, data, folder, number, generator) for kind, number in kinds if number]
    return int(any(failed))


def sets(overrides: list[str]) -> list[str]:
    return [word for override in overrides for word in ("--set", override)]


if __name__ == "__main__":
    sys.exit(be_child(sys.argv[2:]) if sys.argv[1:2] == ["--child"] else main())
