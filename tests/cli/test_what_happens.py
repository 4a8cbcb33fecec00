"""docs/concepts/what-happens.md is true: what it names exists, and is called in the order of its rows."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

import httpx
import pytest

from lentigo.cli.app import main

pytestmark = pytest.mark.usefixtures("unrendered")

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "concepts" / "what-happens.md").read_text(encoding="utf-8")
TRAIN_SHORT = ("--set", "stages.0.epochs=1", "--set", "input.height=32", "--set", "input.width=40")
Row = tuple[str, str]


def rows_of(verb: str) -> list[Row]:
    """(file, function) of each row below the heading of a verb."""
    section = re.split(r"^## ", PAGE, flags=re.M)
    (text,) = (part for part in section if part.startswith(f"`lentigo {verb} "))
    return re.findall(r"^\| `([\w/]+\.py)` \| `([\w.]+)` \|", text, re.M)


VERBS = re.findall(r"^## `lentigo (\w+) ", PAGE, re.M)
ROWS = sorted({row for verb in VERBS for row in rows_of(verb)})


def code_of(row: Row) -> CodeType:
    file, name = row
    found: Any = import_module("lentigo." + file.removesuffix(".py").replace("/", "."))
    for part in name.split("."):
        found = getattr(found, part)
    code: CodeType = inspect.unwrap(found).__code__
    return code


@contextmanager
def watched(rows: list[Row]) -> Iterator[list[Row]]:
    """The rows in the order of their first calls, in any thread."""
    names = {code_of(row): row for row in rows}
    seen: list[Row] = []

    def look(frame: Any, event: str, _argument: Any) -> None:
        if event == "call" and frame.f_code in names:
            seen.append(names.pop(frame.f_code))

    threading.setprofile(look)
    sys.setprofile(look)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


def assert_true(verb: str, run: Callable[[], int]) -> None:
    rows = rows_of(verb)
    with watched(rows) as seen:
        assert run() == 0
    assert seen == rows


def test_the_four_verbs_have_their_table() -> None:
    assert VERBS == ["train", "evaluate", "predict", "serve"]
    assert all(len(rows_of(verb)) >= 10 for verb in VERBS)
    assert PAGE.count("\n| `") == sum(len(rows_of(verb)) for verb in VERBS), "a row that is not read"


@pytest.mark.parametrize("row", ROWS, ids="::".join)
def test_what_is_named_is_there(row: Row) -> None:
    path = ROOT / "src" / "lentigo" / row[0]
    assert path.is_file()
    assert Path(code_of(row).co_filename) == path, "it is defined elsewhere"


def test_a_training_happens_so(small_data: Any, tmp_path: Path) -> None:
    places = ["--manifest", str(small_data.data), "--split", str(small_data.split)]
    command = ["train", "baseline", *places, "--out", str(tmp_path / "run"), *TRAIN_SHORT]
    assert_true("train", lambda: main(command))


def test_an_evaluation_happens_so(small_job: Any, tmp_path: Path) -> None:
    run = shutil.copytree(small_job.run, tmp_path / "run")
    assert_true("evaluate", lambda: main(["evaluate", str(run)]))


def test_a_prediction_happens_so(bundle_path: Path, small_data: Any) -> None:
    images = sorted((small_data.lesions / "images").iterdir())[:2]
    assert_true("predict", lambda: main(["predict", str(bundle_path), *map(str, images)]))


def test_serving_happens_so(bundle_path: Path, small_data: Any, tmp_path: Path) -> None:
    """The command runs here; a thread asks once, as soon as it is there, and stops it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # should it come when nothing is served any more
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    image = min((small_data.lesions / "images").iterdir())
    answers: list[int] = []
    asking = threading.Thread(target=ask_and_stop, args=(f"http://127.0.0.1:{port}", image, answers))
    command = ["serve", str(bundle_path), "--port", str(port), "--audit-log", str(tmp_path / "audit.jsonl")]
    asking.start()
    try:
        assert_true("serve", lambda: main(command))
    finally:
        asking.join()
        signal.signal(signal.SIGINT, before)
    assert answers == [200]


def ask_and_stop(address: str, image: Path, answers: list[int]) -> None:
    files = {"images": ("one.jpg", image.read_bytes(), "image/jpeg")}
    deadline = time.monotonic() + 60
    while not answers and time.monotonic() < deadline:
        try:
            answers.append(httpx.post(f"{address}/v1/predict", files=files, timeout=60).status_code)
        except httpx.TransportError:  # not there yet
            time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGINT)
