"""Ray: tasks on nodes of a cluster on this machine, one of which is killed; skipped where Ray is absent."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tiny_tasks

from lentigo.cluster.executor import run_all
from lentigo.cluster.spreading import Spread
from lentigo.cluster.tasks import Task, TaskWatch, Told
from lentigo.settings.errors import DataError, SettingsError
from lentigo.settings.processes.interrupt import Interrupted

pytestmark = pytest.mark.slow
ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'lentigo[cluster]'")
STEPS = 80


@pytest.fixture
def nodes() -> Iterator[list[Any]]:
    """Three nodes of one processor each; the first is the driver's."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    others = [cluster.add_node(num_cpus=1) for _ in range(2)]
    cluster.wait_for_nodes()
    ray.init(address=cluster.address, log_to_driver=False, logging_level="error")
    yield others
    ray.shutdown()
    cluster.shutdown()


def counts(folder: Path, number: int, seconds: float = 0.25) -> list[Task]:
    return [
        Task(
            f"count {one}",
            tiny_tasks.count,
            {"out": str(folder / str(one)), "steps": STEPS, "seconds": seconds},
        )
        for one in range(number)
    ]


def test_a_killed_node_costs_nothing_but_time(nodes: list[Any], tmp_path: Path) -> None:
    from lentigo.cluster.ray_cluster import RayWorkers

    lost: list[str] = []

    class Killer(TaskWatch):
        """Kills a node by its process once every task is at work."""

        def __init__(self) -> None:
            self.begun: set[str] = set()

        def told(self, task: Task, told: Told) -> None:
            if told.share:
                self.begun.add(task.name)
            if len(self.begun) == 3 and nodes:
                raylet = nodes.pop().all_processes["raylet"][0].process
                os.kill(raylet.pid, signal.SIGKILL)

        def lost(self, task: Task, how: str) -> None:
            lost.append(how)

    with Spread(RayWorkers(), Killer()) as executor:
        assert executor.slots == 3
        assert run_all(executor, counts(tmp_path, 3)) == [tiny_tasks.ended_count(STEPS)] * 3
        assert lost
        with pytest.raises(DataError, match="image 7"):
            run_all(executor, [Task("fail", tiny_tasks.fail, {"marker": str(tmp_path / "fail")})])
        assert (tmp_path / "fail").read_text() == "called\n"


def test_a_stop_lets_a_task_on_ray_save(nodes: list[Any], tmp_path: Path) -> None:
    from lentigo.cluster.ray_cluster import RayWorkers

    state = tmp_path / "state"

    class Asking(TaskWatch):
        def told(self, task: Task, told: Told) -> None:
            os.kill(os.getpid(), signal.SIGINT)

    with Spread(RayWorkers(), Asking()) as executor:
        executor.submit(Task("training", tiny_tasks.wait_for_stop, {"out": str(state)}))
        with pytest.raises(Interrupted, match="SIGINT"):
            executor.next_outcome()
    assert state.read_text() == "saved"


def test_the_cost_of_a_task_beside_rays_own(nodes: list[Any]) -> None:
    from lentigo.cluster.ray_cluster import RayWorkers

    doubles = [Task(f"{number}", tiny_tasks.double, {"number": number}) for number in range(60)]
    with Spread(RayWorkers()) as executor:
        run_all(executor, doubles[:3])
        begun = time.monotonic()
        assert run_all(executor, doubles) == [2 * number for number in range(60)]
        ours = time.monotonic() - begun
    plain = ray.remote(lambda number: 2 * number)
    ray.get([plain.remote(number) for number in range(3)])
    begun = time.monotonic()
    ray.get([plain.remote(number) for number in range(60)])
    rays = time.monotonic() - begun
    print(f"{(ours - rays) / 60 * 1000:.1f} ms a task beside Ray's {rays / 60 * 1000:.1f}")
    assert (ours - rays) / 60 < 0.05


def test_no_cluster_at_an_address_says_how_to_start_one() -> None:
    from lentigo.cluster.ray_cluster import RayWorkers

    with pytest.raises(SettingsError, match=r"ray start --head"):
        RayWorkers("127.0.0.1:1")
