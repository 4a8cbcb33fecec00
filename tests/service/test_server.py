"""Starting and stopping: an address, a token where others reach it, and no request lost."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from lentigo.service.admission.tokens import Tokens
from lentigo.service.app import Application
from lentigo.service.server import address_of, listen, require_token
from lentigo.settings.errors import SettingsError


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


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
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
    time.sleep(0.5)
    start = time.monotonic()
    started.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    assert httpx.get(f"{address}/health/ready").status_code == 503
    assert started.wait(timeout=12) == 0
    assert time.monotonic() - start < 12
    for thread in threads:
        thread.join(timeout=5)
    assert set(answered) == {200}
    assert lost == []
    assert len(refused) == 4, "each went on until the address was closed"


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
