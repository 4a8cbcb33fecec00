"""Times what grows with the number of images, on drawn tables: seconds, peak memory, exponents of growth.

    python benchmarks/scale.py --rows 1000,10000,100000,1000000

Each step runs in a process of its own, so that its peak memory is its own (the whole process, imports
included). Classes have about the proportions of ISIC 2019 (a fifth of the images is shared out evenly, so
that 1,000 rows hold all), with two images a lesion and gaps in what is known. The exponent is the slope of
log seconds (of processors) over log rows between the last two sizes: 1 is linear, 2 quadratic.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

CLASS_COUNTS = {
    "MEL": 4522, "NV": 12875, "BCC": 3323, "AK": 867, "BKL": 2624, "DF": 239, "VASC": 253, "SCC": 628,
}  # fmt: skip
"""Of ISIC 2019."""
SITES = ("anterior torso", "lower extremity", "head/neck", "upper extremity", "posterior torso", "")
IMAGES_A_LESION = 2.1
RESAMPLES = 10_000


def class_shares() -> np.ndarray:
    counts = np.array(list(CLASS_COUNTS.values()))
    return 0.8 * counts / counts.sum() + 0.2 / len(counts)


def draw_rows(num_rows: int) -> dict[str, list[Any]]:
    """Columns of a manifest: ids, classes by lesion, metadata with gaps."""
    generator = np.random.default_rng(num_rows)
    num_lesions = max(8, int(num_rows / IMAGES_A_LESION))
    shares = class_shares()
    lesion = generator.integers(num_lesions, size=num_rows)
    of_lesion = generator.choice(list(CLASS_COUNTS), size=num_lesions, p=shares)
    has_lesion = generator.random(num_rows) > 0.08
    return {
        "image_id": [f"ISIC_{row:07d}" for row in range(num_rows)],
        "path": [f"{row % 1000:03d}/ISIC_{row:07d}.jpg" for row in range(num_rows)],
        "class": of_lesion[lesion].tolist(),
        "lesion_id": [
            f"IL_{one:07d}" if known else "" for one, known in zip(lesion, has_lesion, strict=True)
        ],
        "age_years": (5.0 * generator.integers(1, 18, size=num_rows)).tolist(),
        "sex": generator.choice(["female", "male", ""], size=num_rows, p=[0.46, 0.52, 0.02]).tolist(),
        "site": generator.choice(SITES, size=num_rows).tolist(),
        "sha256": [f"{row:064x}" for row in range(num_rows)],
    }


def write_data(folder: Path, num_rows: int) -> None:
    """A manifest in `folder`, and the same as two lists of labels."""
    import pandas as pd

    from lentigo.data.manifest import COLUMNS, replace_manifest
    from lentigo.data.tables import write_table

    rows = draw_rows(num_rows)
    table = pd.DataFrame({name: rows.get(name, [""] * num_rows) for name in COLUMNS})
    table = table.assign(width=600, height=450, perceptual_hash="", source="drawn", licence="CC0")
    replace_manifest(folder, table, folder, [name for name in CLASS_COUNTS if name in set(rows["class"])], {})
    lists = table[["image_id", "class", "lesion_id", "sex", "site"]].rename(columns={"image_id": "image"})
    middle = int(num_rows * 0.8)
    write_table(folder / "train.csv", lists.iloc[:middle])
    write_table(folder / "test.csv", lists.iloc[middle:])


def load(folder: Path, _num: int) -> Callable[[], Any]:
    from lentigo.data.manifest import load_manifest

    return lambda: load_manifest(folder)


def split(folder: Path, _num: int) -> Callable[[], Any]:
    from lentigo.data.manifest import load_manifest
    from lentigo.data.split import make_split, save_split

    manifest = load_manifest(folder)
    return lambda: save_split(folder / "split.csv", make_split(manifest, folds=5), overwrite=True)


def load_parts(folder: Path, _num: int) -> Callable[[], Any]:
    from lentigo.data.split import load_split

    return lambda: load_split(folder)


def audit(folder: Path, _num: int) -> Callable[[], Any]:
    from lentigo.api.auditing.auditing import audit as run_audit

    return lambda: run_audit(
        {part: folder / f"{part}.csv" for part in ("train", "test")}, out=folder / "audit"
    )


def write_manifest(folder: Path, _num: int) -> Callable[[], Any]:
    from lentigo.data.manifest import load_manifest, replace_manifest

    one = load_manifest(folder)
    return lambda: replace_manifest(folder, one.table, one.image_root, one.class_names, {})


def _answers(num_rows: int) -> tuple[Any, Any, Any]:
    generator = np.random.default_rng(0)
    shares = class_shares()
    truth = generator.choice(8, size=num_rows, p=shares)
    logits = generator.normal(size=(num_rows, 8))
    logits[np.arange(num_rows), truth] += 1.5
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return truth, probabilities, generator.integers(max(1, int(num_rows / IMAGES_A_LESION)), size=num_rows)


def bootstrap(_folder: Path, num_rows: int) -> Callable[[], Any]:
    from lentigo.evaluation.intervals.bootstrap import Resampling, confusion_statistic, resample
    from lentigo.evaluation.intervals.sample import sample

    truth, probabilities, groups = _answers(num_rows)
    images = sample(truth, probabilities, groups)
    return lambda: resample([confusion_statistic(images)], images.groups, Resampling(RESAMPLES))


def conformal(_folder: Path, num_rows: int) -> Callable[[], Any]:
    from lentigo.evaluation.abstaining.conformal import fit_conformal

    truth, probabilities, groups = _answers(num_rows)
    return lambda: fit_conformal(probabilities, truth, groups, ("raps", True), 0.1)


STEPS: dict[str, tuple[str, Callable[[Path, int], Callable[[], Any]]]] = {
    "write": ("manifest written", write_manifest),
    "load": ("manifest loaded", load),
    "split": ("split by group, 5 folds, saved", split),
    "load-split": ("split loaded", load_parts),
    "audit": ("audit of two tables, with its page", audit),
    "bootstrap": (f"{RESAMPLES:,} resamples of the confusion matrix", bootstrap),
    "conformal": ("conformal sets, a threshold a class", conformal),
}


def measure(step: str, num_rows: int, folder: Path) -> dict[str, float]:
    """Seconds of one step and peak memory in GB, in a process of its own."""
    command = [sys.executable, __file__, "--one", step, "--rows", str(num_rows), "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{step} of {num_rows:,} rows failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run_one(step: str, num_rows: int, folder: Path) -> None:
    import resource
    import warnings

    warnings.simplefilter("ignore")
    work = partial(write_data, folder, num_rows) if step == "draw" else STEPS[step][1](folder, num_rows)
    clock, processors = time.perf_counter(), time.process_time()
    work()
    seconds = {"seconds": time.perf_counter() - clock, "processor_seconds": time.process_time() - processors}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({**seconds, "gb": peak / 1e9}))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", default="1000,10000,100000,1000000")
    parser.add_argument("--steps", default=",".join(STEPS))
    parser.add_argument("--folder", type=Path, help="where tables are drawn; default: a temporary folder")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sizes = [int(text) for text in asked.rows.split(",")]
    if asked.one:
        run_one(asked.one, sizes[0], asked.folder)
        return
    with tempfile.TemporaryDirectory() as scratch:
        found: dict[str, list[dict[str, float]]] = {step: [] for step in asked.steps.split(",")}
        for size in sizes:
            folder = (asked.folder or Path(scratch)) / str(size)
            folder.mkdir(parents=True, exist_ok=True)
            measure("draw", size, folder)
            for step, rows in found.items():
                rows.append(measure(step, size, folder))
                last = rows[-1]
                print(
                    f"{size:>9,} rows  {STEPS[step][0]:<44} {last['seconds']:8.2f} s "
                    f"({last['processor_seconds']:.2f} s of processors)  {last['gb']:.2f} GB",
                    flush=True,
                )
    if len(sizes) < 2:
        return
    for step, rows in found.items():
        slope = math.log(rows[-1]["processor_seconds"] / rows[-2]["processor_seconds"])
        print(f"exponent {slope / math.log(sizes[-1] / sizes[-2]):.2f}  {STEPS[step][0]}")


if __name__ == "__main__":
    main()
