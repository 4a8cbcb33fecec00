"""Workers that are processes of this machine, started afresh (spawn), each asked over a pipe.

A worker that is killed takes only its own task with it: `concurrent.futures` gives up all others as well. One
whose driver is killed ends at once, so that the same command finds no directory in use.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from lentigo.cluster.answering import Answer, answer
from lentigo.cluster.tasks import Task, Told, reference
from lentigo.cluster.workers import Lost, News

CONTEXT = multiprocessing.get_context("spawn")
END_SECONDS = 5.0
"""How long a worker has to end by itself."""


@dataclass
class Worker:
    """One process and the ends of its pipes that are ours."""

    process: SpawnProcess
    connection: Connection
    life: Connection
    """Held open as long as we live, and never written to."""
    task: str = ""
    """What it works on; empty: it is free."""


class ProcessWorkers:
    """As many processes as asked for, started when they are needed, and again when one was lost."""

    def __init__(self, number: int, environment: Mapping[str, str] | None = None) -> None:
        self.slots = number
        self._environment = dict(environment or {})
        self._workers: list[Worker] = []

    def start(self, task: Task) -> None:
        """Give it to a free worker, or a new one."""
        free = next((worker for worker in self._workers if not worker.task), None)
        worker = free or self._new()
        worker.task = task.name
        with suppress(OSError):  # it has just ended, which the next look finds
            worker.connection.send((reference(task.function), dict(task.arguments)))

    def news(self, seconds: float) -> list[News]:
        """Read what busy workers say, until nothing more is there to be read."""
        busy = {worker.connection: worker for worker in self._workers if worker.task}
        return [self._read(busy[one]) for one in wait(list(busy), seconds) if isinstance(one, Connection)]

    def process_ids(self) -> dict[str, int]:
        """Name of each running task -> the process that works on it."""
        return {worker.task: worker.process.pid or 0 for worker in self._workers if worker.task}

    def stop(self) -> None:
        """Ask by SIGTERM, which a training answers by saving what it has."""
        for worker in self._workers:
            if worker.task:
                worker.process.terminate()

    def close(self) -> None:
        """End all: free ones by their pipes, busy ones at once."""
        for worker in self._workers:
            if worker.task:
                worker.process.kill()
            worker.connection.close()
        for worker in self._workers:
            worker.process.join(END_SECONDS)
            worker.process.kill()
            worker.life.close()
        self._workers = []

    def _new(self) -> Worker:
        ours, theirs = CONTEXT.Pipe()
        their_life, our_life = CONTEXT.Pipe(duplex=False)
        process = CONTEXT.Process(target=work, args=(theirs, their_life, self._environment), daemon=True)
        process.start()
        theirs.close()
        their_life.close()
        worker = Worker(process, ours, our_life)
        self._workers.append(worker)
        return worker

    def _read(self, worker: Worker) -> News:
        task = worker.task
        try:
            news: Told | Answer = worker.connection.recv()
        except (EOFError, OSError):
            return task, self._bury(worker)
        if not isinstance(news, Told):
            worker.task = ""
        return task, news

    def _bury(self, worker: Worker) -> Lost:
        self._workers.remove(worker)
        worker.process.join(END_SECONDS)
        worker.process.kill()
        worker.connection.close()
        worker.life.close()
        return Lost(_how(worker.process.exitcode))


def _how(code: int | None) -> str:
    """What an exit code says, such as `SIGKILL`."""
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


def work(connection: Connection, life: Connection, environment: Mapping[str, str]) -> None:
    """What a worker does: answer one task after the other until the pipe is closed."""
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too; the driver says what to do
    threading.Thread(target=_end_with, args=(life,), daemon=True).start()
    while True:
        try:
            name, arguments = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(answer(name, arguments, connection.send))


def _end_with(life: Connection) -> None:
    """End this process as soon as the driver has ended, however that happens."""
    with suppress(EOFError, OSError):
        life.recv_bytes()
    os._exit(1)
