"""What `--on` says in; an executor out."""

from __future__ import annotations

import os
import re

from lentigo.cluster.executor import Executor, LocalExecutor
from lentigo.cluster.processes import ProcessWorkers
from lentigo.cluster.spreading import Spread
from lentigo.cluster.tasks import TaskWatch
from lentigo.settings.errors import SettingsError

FORMS = "local, processes:N, processes:NxTHREADS, ray or ray:ADDRESS"
THREAD_VARIABLES = ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""What says how many threads a process computes with."""


def open_executor(on: str = "local", watch: TaskWatch | None = None) -> Executor:
    """The executor of `local`, `processes:2`, `processes:2x1` (one thread each), `ray` or `ray:ADDRESS`.

    Raises:
        SettingsError: it is none of these.
        ModuleNotFoundError: Ray is asked for and not installed.
    """
    kind, _, where = on.strip().partition(":")
    if on.strip() == "local":
        return LocalExecutor()
    if kind == "ray":
        from lentigo.cluster.ray_cluster import RayWorkers

        return Spread(RayWorkers(where), watch)
    number = re.fullmatch(r"([1-9]\d{0,3})(?:x([1-9]\d{0,3}))?", where or str(os.cpu_count() or 1))
    if kind != "processes" or not number:
        raise SettingsError(f"--on {on}: expected {FORMS}")
    return Spread(ProcessWorkers(int(number[1]), threads(number[2])), watch)


def threads(number: str | None) -> dict[str, str]:
    """Environment of a worker that computes with so many threads; None: as this process does.

    The last bits of a training depend on this number, so that it is never changed behind anybody's back.
    """
    return dict.fromkeys(THREAD_VARIABLES, number) if number else {}
