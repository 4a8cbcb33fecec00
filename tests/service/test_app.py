"""Everything put together."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from starlette.testclient import TestClient

from lentigo.service.app import Application


def test_it_is_ready_once_it_is_made(application: Application) -> None:
    assert application.service.is_ready


def test_applications_do_not_share_anything(make_application: Callable[..., Application]) -> None:
    first, second = make_application(), make_application()
    first.service.is_ready = False
    TestClient(first.gate).get("/health/live")
    assert TestClient(second.gate).get("/health/ready").status_code == 200
    assert 'route="/health/live"' not in TestClient(second.gate).get("/metrics").text


def test_errors_of_the_framework_are_problems_too(client: TestClient) -> None:
    for said in (client.get("/nothing"), client.put("/v1/predict"), client.get("/health/live/")):
        assert said.status_code in (404, 405)
        assert said.json()["request_id"] == said.headers["x-request-id"]
    assert "POST" in client.put("/v1/predict").headers["allow"]


def test_the_base_install_is_enough(bundle_path: Path) -> None:
    absent = (
        "keras",
        "tensorflow",
        "jax",
        "pandas",
        "scipy",
        "sklearn",
        "matplotlib",
        "cv2",
        "onnx",
        "httpx",
    )
    program = f"""
import sys
sys.modules.update(dict.fromkeys({absent}))
from lentigo.bundle.loading import load_bundle
from lentigo.service.app import create_application
from lentigo.service.server import server_of
server_of(create_application(load_bundle({str(bundle_path)!r}, num_threads=1)))
"""
    subprocess.run([sys.executable, "-c", program], check=True)
