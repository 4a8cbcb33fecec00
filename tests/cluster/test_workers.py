"""Workers are a protocol: those of this machine keep it, mypy sees to the signatures."""

from __future__ import annotations

from lentigo.cluster.processes import ProcessWorkers
from lentigo.cluster.workers import Lost, Workers


def test_processes_are_workers_and_start_only_when_needed() -> None:
    workers: Workers = ProcessWorkers(2)
    assert workers.slots == 2
    assert workers.news(0) == []
    workers.stop()
    workers.close()
    assert Lost("SIGKILL").how == "SIGKILL"
