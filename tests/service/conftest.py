"""A small bundle behind the application, in process or on a socket of its own."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from PIL import Image
from starlette.testclient import TestClient

from lentigo.bundle.prediction import Bundle
from lentigo.service.admission.hosts import Hosts
from lentigo.service.admission.limits import Limits
from lentigo.service.admission.tokens import Tokens
from lentigo.service.app import Access, Application, create_application
from lentigo.service.server import address_of, listen, server_of
from lentigo.service.watching.audit import Audit

TOKEN = "a-token-of-some-length"


@pytest.fixture
def make_application(bundle: Bundle, tmp_path: Path) -> Callable[..., Application]:
    """A function of (limits, token, hosts) that puts a service together; its audit log is `audit.jsonl`."""

    def make(limits: Limits | None = None, token: str = "", hosts: tuple[str, ...] = ()) -> Application:
        tokens = Tokens(environment={"LENTIGO_TOKEN": token} if token else {})
        audit = Audit(tmp_path / "audit.jsonl")
        return create_application(bundle, limits, Access(tokens, Hosts(hosts)), audit, num_threads=2)

    return make


@pytest.fixture
def application(make_application: Callable[..., Application]) -> Application:
    return make_application()


@pytest.fixture
def client(application: Application) -> TestClient:
    return TestClient(application.gate)


@pytest.fixture
def serve_in_thread() -> Iterator[Callable[[Application], str]]:
    """A function that serves an application on a free port and returns its address."""
    started: list[tuple[uvicorn.Server, threading.Thread]] = []

    def serve(application: Application) -> str:
        listener = listen("127.0.0.1", 0)
        server = server_of(application)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        started.append((server, thread))
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        return address_of(listener)

    yield serve
    for server, thread in started:
        server.should_exit = server.force_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def png() -> bytes:
    return picture(1)


def picture(seed: int, height: int = 20, width: int = 30) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


@pytest.fixture
def halted() -> Callable[[Application], None]:
    """A function that lets what an application reads from now on be read for ever."""

    def halt(application: Application) -> None:
        readers = application.service.readers
        readers.start(application.service.workers.num_threads)
        for reader in readers._all:
            os.kill(reader._process.pid, signal.SIGSTOP)

    return halt


@pytest.fixture(scope="session")
def pngs() -> list[bytes]:
    return [picture(seed) for seed in range(6)]


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture
def form() -> Callable[..., Any]:
    """Files as the argument `files` of a client."""
    return lambda *contents: [
        ("images", (f"{place}.png", content, "image/png")) for place, content in enumerate(contents)
    ]
