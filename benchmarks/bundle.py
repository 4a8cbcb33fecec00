"""Cost of every class's saliency in an exported network, beside plain prediction and the gradient tape.

    python benchmarks/bundle.py --rounds 20 --bundle demo/bundle --image demo/lesions/images/IMAGE.jpg

Networks are untrained, 224 x 224, 8 classes; ONNX Runtime on one thread, processor time, ways in turn within
a round, one image at a time; the median of rounds counts. With --bundle, `lentigo predict` is also started
cold on one image.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import onnxruntime

from lentigo.bundle.export import export_network
from lentigo.explanation.gradcam import grad_cam
from lentigo.explanation.saliency import enlarge, scale_by_maximum
from lentigo.models import Network, build_network
from lentigo.settings.recipe import POOLED_HEAD, HeadLayer, Input, Model

SIDE, NUM_CLASSES = 224, 8
FLAT_HEAD = (HeadLayer("flatten"), HeadLayer("dense", units=128))
NETWORKS = {
    "efficientnet-lite0, pooled": Model(backbone="efficientnet-lite0", head=POOLED_HEAD),
    "efficientnet-lite0, flatten": Model(backbone="efficientnet-lite0", head=FLAT_HEAD),
    "xception, pooled": Model(backbone="xception", head=POOLED_HEAD),
}


def open_on_one_thread(network: Network, folder: Path) -> Any:
    path = folder / "model.onnx"
    export_network(network, path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def ways_of(session: Any, image: np.ndarray[Any, Any]) -> dict[str, Callable[[], Any]]:
    only_asked = onnxruntime.RunOptions()
    only_asked.only_execute_path_to_fetches = True
    return {
        "prediction": lambda: session.run(["probabilities"], {"pixels": image}, only_asked),
        "with 8 maps": lambda: session.run(["probabilities", "saliency"], {"pixels": image}, only_asked),
    }


def processor_ms(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            start = time.process_time()
            way()
            if number:  # the first round warms up
                taken[name].append(1000 * (time.process_time() - start))
    return {name: median(times) for name, times in taken.items()}


def contest(name: str, rounds: int) -> None:
    network = build_network(NETWORKS[name], Input(SIDE, SIDE), NUM_CLASSES, seed=0)
    image = np.random.default_rng(0).integers(0, 256, (1, SIDE, SIDE, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        session = open_on_one_thread(network, Path(folder))
    found = processor_ms(ways_of(session, image), rounds)
    images, classes = np.repeat(image, NUM_CLASSES, axis=0), np.arange(NUM_CLASSES)
    tape = processor_ms({"tape": lambda: grad_cam(network, images, classes)}, max(1, rounds // 10))["tape"]
    saliency = session.run(["saliency"], {"pixels": image})[0][0]
    difference = np.abs(scale_by_maximum(enlarge(saliency, SIDE, SIDE)) - grad_cam(network, images, classes))
    plain, explained = found["prediction"], found["with 8 maps"]
    print(
        f"{name}: prediction {plain:.1f} ms, with 8 maps {explained:.1f} ms: {explained / plain:.3f} times; "
        f"gradient tape {tape:.0f} ms: {tape / explained:.1f} times; maps differ by {difference.max():.1e}"
    )


def cold_start(bundle: Path, image: Path, rounds: int) -> None:
    clock, processor = [], []
    for _ in range(rounds):
        before, start = _children_seconds(), time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "lentigo", "predict", str(bundle), str(image)],
            check=True,
            capture_output=True,
        )
        clock.append(time.monotonic() - start)
        processor.append(_children_seconds() - before)
    print(
        f"lentigo predict, cold, one image: {median(clock):.2f} s on the clock, "
        f"{median(processor):.2f} s of processors"
    )


def _children_seconds() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--image", type=Path)
    options = parser.parse_args()
    if options.bundle and options.image:
        cold_start(options.bundle, options.image, 5)
    for chosen in NETWORKS:
        contest(chosen, options.rounds)
