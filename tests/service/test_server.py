"""Starting and stopping: an address, a token where others reach it, and no request lost."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from lentigo.service.admission.limits import Limits
from lentigo.service.admission.tokens import Tokens
from lentigo.service.app import Application
from lentigo.service.server import address_of, listen, require_token, server_of
from lentigo.settings.errors import SettingsError

unix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture
def process(bundle_path: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`lentigo serve` as a process of its own, and its address."""
    command = [sys.executable, "-m", "lentigo", "serve", str(bundle_path), "--port", "0"]
    command += ["--audit-log", str(tmp_path / "audit.jsonl")]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert started.stderr
    for line in started.stderr:
        if found := re.search(r"http://[\d.:]+", line):
            yield started, found.group()
            break
    started.kill()
    started.wait()


def wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("not ready")


@unix_only
def test_a_stop_loses_no_request(process: tuple[subprocess.Popen[str], str], pngs: list[bytes]) -> None:
    started, address = process
    wait_until_ready(address)
    answered, lost, refused = [], [], []

    def ask(number: int) -> None:
        with httpx.Client(base_url=address) as client:
            while True:
                try:
                    said = client.post("/v1/predict", files={"images": ("a.png", pngs[number % 6])})
                except httpx.ConnectError:
                    refused.append(number)
                    return
                except httpx.TransportError as error:
                    lost.append(error)
                    return
                answered.append(said.status_code)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    probe = httpx.Client(base_url=address)  # made now: a new one takes longer than the address stays open
    time.sleep(0.5)
    start = time.monotonic()
    started.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    assert probe.get("/health/ready").status_code == 503
    assert started.wait(timeout=12) == 0
    assert time.monotonic() - start < 12
    for thread in threads:
        thread.join(timeout=5)
    assert set(answered) == {200}
    assert lost == []
    assert len(refused) == 4, "each went on until the address was closed"


def stuck_request(application: Application, address: str, png: bytes) -> socket.socket:
    """A connection whose image is being read for ever."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="images"; filename="a"\r\n\r\n' + png + b"\r\n--x--\r\n"
    )
    header = "POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    parts = urlsplit(address)
    connection = socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=10)
    connection.sendall(f"{header}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    wait_until(lambda: application.service.metrics.waiting_images > 0)
    return connection


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert is_so()


@unix_only
def test_a_client_that_has_left_frees_its_place(
    application: Application,
    serve_in_thread: Callable[[Application], str],
    halted: Callable[[Application], None],
    png: bytes,
) -> None:
    address = serve_in_thread(application)
    halted(application)
    processes = [reader._process for reader in application.service.readers._idle[False]]
    assert len(processes) == 2
    stuck = [stuck_request(application, address, png) for _ in range(2)]
    for one in stuck:
        one.close()
    wait_until(lambda: application.service.metrics.waiting_images == 0)
    wait_until(lambda: all(process.poll() is not None for process in processes))
    with httpx.Client(base_url=address) as client:
        assert client.post("/v1/predict", files={"images": ("a.png", png)}).status_code == 200


def test_a_stop_ends_no_process_that_goes_on_afterwards(
    make_application: Callable[..., Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever serves within a program of his own has it back; its end is only planned while it stops."""
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr("lentigo.service.server.SECONDS_TO_SPARE", 0.3)
    application = make_application(Limits(stopping_seconds=0, draining_seconds=0.1))
    server = server_of(application)
    thread = threading.Thread(target=server.run, args=([listen("127.0.0.1", 0)],))
    thread.start()
    wait_until(lambda: server.started)
    server.handle_exit(signal.SIGTERM, None)
    thread.join(timeout=10)
    assert not thread.is_alive()
    time.sleep(0.6)
    assert ended == []


@unix_only
def test_when_the_time_for_stopping_is_over_what_is_computed_is_ended(
    make_application: Callable[..., Application], halted: Callable[[Application], None], png: bytes
) -> None:
    application = make_application(Limits(stopping_seconds=1, draining_seconds=0.1))
    listener = listen("127.0.0.1", 0)
    address, server = address_of(listener), server_of(application)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    wait_until(lambda: server.started)
    halted(application)
    connection = stuck_request(application, address, png)
    processes = [reader._process for reader in application.service.readers._all]
    start = time.monotonic()
    server.should_exit = True
    said = connection.recv(65536)
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert time.monotonic() - start < 5
    assert said.startswith(b"HTTP/1.1 503 ")
    assert all(process.wait(timeout=5) == -signal.SIGKILL for process in processes)


@pytest.mark.slow
@unix_only
def test_a_stop_signal_ends_the_process_whatever_is_computed(
    process: tuple[subprocess.Popen[str], str], png: bytes
) -> None:
    started, address = process
    wait_until_ready(address)
    for child in Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGSTOP)
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(
            httpx.post(f"{address}/v1/predict", files={"images": ("a", png)}, timeout=30).status_code
        )

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    start = time.monotonic()
    started.send_signal(signal.SIGTERM)
    assert started.wait(timeout=12) == 0
    assert time.monotonic() - start < 12
    for thread in threads:
        thread.join(timeout=5)
    assert statuses == [503] * 4


def test_an_address_in_use_is_said() -> None:
    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(SettingsError, match=r"cannot listen on 127\.0\.0\.1 port"):
            listen("127.0.0.1", taken.getsockname()[1])


def test_an_address_of_another_machine_is_said() -> None:
    with pytest.raises(SettingsError, match=r"cannot listen on 192\.0\.2\.1"):
        listen("192.0.2.1", 8000)


def test_other_machines_need_a_token() -> None:
    require_token("127.0.0.1", Tokens(environment={}))
    require_token("0.0.0.0", Tokens(environment={"LENTIGO_TOKEN": "x" * 20}))
    with pytest.raises(SettingsError, match="--token-file"):
        require_token("0.0.0.0", Tokens(environment={}))


def test_the_address_can_be_typed_into_a_browser() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_several_clients_at_once_are_all_answered(
    application: Application, serve_in_thread: Callable[[Application], str], pngs: list[bytes]
) -> None:
    address = serve_in_thread(application)
    statuses: list[int] = []

    def ask() -> None:
        with httpx.Client(base_url=address) as client:
            for png in pngs:
                statuses.append(client.post("/v1/predict", files={"images": ("a.png", png)}).status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 48
