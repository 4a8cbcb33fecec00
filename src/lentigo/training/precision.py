"""`training.precision` and this machine in, the type of computation and why out.

bfloat16 halves the memory that numbers move through, and is faster only where the machine multiplies it: on a
processor that does not, EfficientNet-Lite0 trains 0.57 times as fast in it. So `auto` never trusts: it asks
the processor, then measures for about a second.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np

from lentigo.training import backend

Precision = Literal["float32", "mixed_bfloat16"]

PROCESSOR_FILE = Path("/proc/cpuinfo")
BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})
"""What Linux calls multiplying bfloat16 on x86 processors."""
LEAST_SPEED_UP = 1.25
"""How many times as fast a convolution must be: around it there is more than convolutions."""
SECONDS = 1.0
FEWEST_ROUNDS = 3
SHORTEST_SECONDS = 0.004
"""Of one convolution: below that, starting it is what is measured."""
MOST_IMAGES = 2048


@dataclass(frozen=True)
class Choice:
    """What a training computes in."""

    precision: Precision
    reason: str


def choose_precision(
    wanted: Literal["auto", "float32", "mixed_bfloat16"], before: Mapping[str, Any], is_resumed: bool
) -> Choice:
    """Decide what a training computes in.

    Args:
        wanted: `training.precision` of the recipe.
        before: the record of the run so far.
        is_resumed: whether there is something to go on from; then nothing is decided anew, so that a run
            taken to another machine ends as it would have ended at home.
    """
    if wanted != "auto":
        return Choice(wanted, "the recipe says so")
    if is_resumed and "precision" in before:
        return Choice(before["precision"], before["precision_reason"])
    if backend.is_tensorflow_on_cpu() and has_bfloat16() is False:
        return Choice("float32", f"this processor has none of {', '.join(sorted(BFLOAT16_FLAGS))}")
    speed_up = measured_speed_up()
    chosen: Precision = "mixed_bfloat16" if speed_up >= LEAST_SPEED_UP else "float32"
    return Choice(chosen, f"measured: bfloat16 multiplies {speed_up:.1f} times as fast as float32 here")


def has_bfloat16(file: Path = PROCESSOR_FILE) -> bool | None:
    """Whether the processor says that it multiplies bfloat16; None where it cannot be asked."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return None
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    flags = [set(line.partition(":")[2].split()) for line in lines if line.startswith("flags")]
    return any(BFLOAT16_FLAGS & found for found in flags) if flags else None


@cache
def measured_speed_up(seconds: float = SECONDS) -> float:
    """How many times as fast a convolution is in bfloat16 as in float32: the best of alternating rounds."""
    num_images = 8
    single, half = _convolution("float32", num_images), _convolution("bfloat16", num_images)
    while _seconds(single) < SHORTEST_SECONDS and num_images < MOST_IMAGES:
        num_images *= 4
        single, half = _convolution("float32", num_images), _convolution("bfloat16", num_images)
    _seconds(half)  # its first time is one of preparing
    times: list[tuple[float, float]] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < FEWEST_ROUNDS:
        times.append((_seconds(single), _seconds(half)))
    best_single, best_half = np.min(times, axis=0)
    return float(best_single / best_half)


def _convolution(dtype: str, num_images: int) -> Callable[[], object]:
    """Filters of a middle layer over random feature maps; what it returns has been computed."""
    generator = np.random.default_rng(0)

    def random(*shape: int) -> Any:
        return keras.ops.cast(generator.normal(size=shape).astype(np.float32), dtype)

    maps, kernel = random(num_images, 28, 28, 64), random(3, 3, 64, 64)

    def run() -> object:
        total = keras.ops.sum(keras.ops.conv(maps, kernel, padding="same"))
        return keras.ops.convert_to_numpy(keras.ops.cast(total, "float32"))

    run()
    return run


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
