"""Tasks that take milliseconds, for workers in other processes: nothing heavy is imported here."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from lentigo.cluster.tasks import Teller
from lentigo.settings.errors import DataError, InUseError
from lentigo.settings.processes.interrupt import Interrupted, StopRequested, stop_on_signals
from lentigo.settings.processes.locks import open_lock, try_lock


def double(teller: Teller, number: int) -> int:
    teller.note(f"doubling {number}")
    return 2 * number


def count(teller: Teller, out: str, steps: int, seconds: float) -> int:
    """A computation that saves each step, and whose end depends on all of them in their order."""
    state = Path(out)
    done, value = map(int, state.read_text().split()) if state.is_file() else (0, 1)
    for step in range(done, steps):
        time.sleep(seconds)
        value = (value * 31 + step) % 1_000_003
        state.with_suffix(".new").write_text(f"{step + 1} {value}")
        state.with_suffix(".new").replace(state)
        teller.share((step + 1) / steps)
    return value


def ended_count(steps: int) -> int:
    value = 1
    for step in range(steps):
        value = (value * 31 + step) % 1_000_003
    return value


def fail(_teller: Teller, marker: str) -> None:
    """Fails on its data, and leaves a line for each time it was called."""
    with Path(marker).open("a") as file:
        file.write("called\n")
    raise DataError("image 7 cannot be read; import the images again")


def raise_foreign(_teller: Teller) -> None:
    raise ZeroDivisionError("a fault of the program")


def vanish(_teller: Teller, marker: str, times: int) -> str:
    """Takes its worker with it, the first so many times."""
    with Path(marker).open("a") as file:
        file.write("called\n")
    if len(Path(marker).read_text().splitlines()) <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return "survived"


def wait_for_stop(teller: Teller, out: str) -> None:
    """As a training: goes on until it is asked to stop, saves, and says so."""
    with stop_on_signals() as stop:
        Path(out).write_text("begun")
        teller.note("begun")
        try:
            while True:
                time.sleep(0.01)
                stop.check()
        except StopRequested as request:
            Path(out).write_text("saved")
            raise Interrupted("stopped; everything is saved") from request


def variable(_teller: Teller, name: str) -> str | None:
    return os.environ.get(name)


def hold(_teller: Teller, folder: str, seconds: float) -> int:
    """Works in a directory that only one may use."""
    with open_lock(Path(folder) / "lock") as handle:
        if not try_lock(handle.fileno()):
            raise InUseError(f"{folder} is in use")
        time.sleep(seconds)
    return os.getpid()
