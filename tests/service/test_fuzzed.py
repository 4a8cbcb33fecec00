"""The first few hundred requests of benchmarks/fuzz_http.py, every time."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lentigo.service.app import Application

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_mutated_requests_leave_no_trace_and_no_error_of_ours(
    application: Application,
    serve_in_thread: Callable[[Application], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    fuzz_http = importlib.import_module("fuzz_http")
    port = urlsplit(serve_in_thread(application)).port
    sending = fuzz_http.send_all(port, fuzz_http.mutated(400, seed=1), parallel=16)
    # on a thread of its own: tests of the page may have left an event loop on this one
    with caplog.at_level(logging.ERROR), ThreadPoolExecutor(1) as pool:
        found = pool.submit(asyncio.run, sending).result()
    assert found.bad == []
    assert caplog.text == ""
    assert found.statuses[200] > 20
    assert found.statuses[400] > 100
    records = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert len(records) > 50
    assert all(len(json.dumps(record)) <= fuzz_http.LONGEST_LINE for record in records)
