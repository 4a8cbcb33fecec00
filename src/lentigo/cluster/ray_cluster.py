"""Workers that are tasks of a Ray cluster: the one file that knows Ray.

Ray places tasks on nodes, notices lost processes and nodes, and carries what tasks tell through a queue that
stays on the driver's node. Which tasks run again, and how often, `spreading.py` decides, as it does for
processes. All nodes must see manifest, images and output under the same paths.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import ray
from ray.exceptions import RayError, TaskCancelledError
from ray.util.queue import Empty, Queue
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from lentigo.cluster.answering import Answer, answer
from lentigo.cluster.tasks import Task, Told, reference
from lentigo.cluster.workers import Lost, News
from lentigo.settings.errors import SettingsError

MOST_TOLD = 1000
"""Read from the queue at a time."""


class RayWorkers:
    """The processors (GPUs, where there are some) of a Ray cluster, one task each."""

    def __init__(self, address: str = "", variables: Mapping[str, str] | None = None) -> None:
        """Join a cluster, or start one on this machine.

        Args:
            address: as `ray.init` takes it, such as `10.0.0.1:6379` or `auto`; empty: start one here.
            variables: environment variables of the workers beside those of this process that matter.

        Raises:
            SettingsError: there is no cluster at the address.
        """
        self._is_ours = not ray.is_initialized()
        if self._is_ours:
            _connect(address)
        self._variables = {**_environment(), **(variables or {})}
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        self._queue = Queue(actor_options={"num_cpus": 0, "scheduling_strategy": here})
        self._running: dict[Any, str] = {}

    @property
    def slots(self) -> int:
        """GPUs of the cluster, or its processors where there are none; nodes come and go."""
        resources = ray.cluster_resources()
        return max(1, int(resources.get("GPU", 0) or resources.get("CPU", 1)))

    def start(self, task: Task) -> None:
        """Hand it to Ray, which finds a place."""
        num_gpus = 1 if ray.cluster_resources().get("GPU") else 0
        remote = ray.remote(_answer).options(
            name=task.name,
            num_cpus=1,
            num_gpus=num_gpus,
            max_retries=0,
            runtime_env={"env_vars": self._variables},
        )
        called = (os.getcwd(), reference(task.function), dict(task.arguments))
        arguments = (task.name, called, self._queue)
        self._running[remote.remote(*arguments)] = task.name

    def news(self, seconds: float) -> list[News]:
        """What tasks have told, then those that have ended."""
        ended, _ = ray.wait(list(self._running), timeout=seconds) if self._running else ([], [])
        told = [(name, told) for name, told in self._told() if name in self._running.values()]
        return [*told, *((self._running.pop(one), _ending(one)) for one in ended)]

    def stop(self) -> None:
        """Cancel what runs: a training takes it as Ctrl-C, and saves what it has."""
        for one in self._running:
            ray.cancel(one, force=False)

    def close(self) -> None:
        """End what runs; a cluster that was started here ends too."""
        for one in self._running:
            with suppress(RayError):
                ray.cancel(one, force=True)
        self._queue.shutdown(force=True)
        if self._is_ours:
            ray.shutdown()

    def _told(self) -> list[tuple[str, Told]]:
        found: list[tuple[str, Told]] = []
        with suppress(Empty):
            while len(found) < MOST_TOLD:
                found.append(self._queue.get_nowait())
        return found


def _connect(address: str) -> None:
    try:
        ray.init(
            address=address or "local", log_to_driver=False, include_dashboard=False, logging_level="error"
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise SettingsError(
            f"--on ray:{address}: no cluster answers there ({reason}); start one with `ray start --head`, or "
            "leave the address out for one on this machine"
        ) from error


def _environment() -> dict[str, str]:
    """What of this process's environment changes results, and where it finds its modules."""
    names = ("KERAS_BACKEND", "TF_CPP_MIN_LOG_LEVEL", "TF_NUM_INTRAOP_THREADS", "OPENBLAS_NUM_THREADS")
    found = {name: os.environ[name] for name in names if name in os.environ}
    # Ray would have one thread, and the last bits of a training depend on their number
    found["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS", str(os.cpu_count() or 1))
    paths = [path for path in sys.path if path and os.path.isdir(path)]
    return {**found, "PYTHONPATH": os.pathsep.join(paths)}


def _answer(task: str, called: tuple[str, str, Mapping[str, Any]], queue: Queue) -> Answer:
    """What a worker does with one task."""

    def pass_on(told: Told) -> None:
        with suppress(RayError):  # a driver that is gone ends this task anyway
            queue.put((task, told))

    folder, name, arguments = called
    os.chdir(folder)  # a recipe may name files as they are seen from where the command was given
    return answer(name, arguments, pass_on)


def _ending(one: Any) -> Answer | Lost:
    """What has become of a task: its answer, or that its worker was lost."""
    try:
        found: Answer = ray.get(one)
    except TaskCancelledError:
        return Lost("its being cancelled")
    except RayError as error:
        return Lost(f"{type(error).__name__}")
    return found
