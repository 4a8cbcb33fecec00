"""A folder of `lentigo export --web`, its server, and bytes carried in and out of the browser."""

from __future__ import annotations

import base64
import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lentigo.evaluation.abstaining.conformal import Conformal
from lentigo.evaluation.abstaining.rule import Abstaining, Unknown, abstaining_json, arrays_bytes
from lentigo.evaluation.calibration.calibration import Calibration

FITTED = {"part": "validation", "n_images": 109, "n_groups": 54}
CALIBRATION = Calibration("vector", (0.7, 1.2, 0.9), (0.1, -0.3, 0.2), (0.2, 0.7, 0.1))
POINTS = {
    "chosen": "sensitivity=0.95",
    "points": [{"rule": "sensitivity=0.95", "threshold": 0.5}],
    "fitted_on": FITTED,
}
CARRIED = """() => {
    globalThis.bytesOf = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    globalThis.textOf = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
"""


def text_of(content: np.ndarray | bytes) -> str:
    return base64.b64encode(content if isinstance(content, bytes) else content.tobytes()).decode()


def pixels_of(text: str, height: int, width: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 3)


def noise(seed: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def abstaining() -> Abstaining:
    rng = np.random.default_rng(3)
    arrays = {name: rng.normal(size=(3, 3)).astype(np.float32) for name in ("whitening", "means")}
    unknown = Unknown("mahalanobis", 0.6, 0.05, np.linspace(0, 9, 101), arrays)
    return Abstaining(Conformal("raps", True, 0.1, np.array([0.4, 0.7, np.inf])), unknown, FITTED)


def write_rich(makers: ModuleType, folder: Path) -> Path:
    """A small bundle that calibrates, decides, abstains and looks at several views."""
    folder.mkdir(parents=True)
    (folder / "abstaining.f32").write_bytes(arrays_bytes(abstaining()))
    path: Path = makers.write_small(
        folder,
        calibration=asdict(CALIBRATION) | {"fitted_on": FITTED},
        operating_points=POINTS,
        abstaining=abstaining_json(abstaining()),
        views="flips+0.7x4",
    )
    return path


class Quiet(http.server.SimpleHTTPRequestHandler):
    """As `python -m http.server`, without its lines."""

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def given_out(folder: Path) -> Iterator[tuple[str, http.server.ThreadingHTTPServer]]:
    """A server of files on a port of its own: its address, and itself."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server
    finally:
        server.shutdown()
        server.server_close()
