"""Servers started, files made and given, answers awaited: what the tests in a browser have in common."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lentigo.page.draw_examples import EXAMPLES, FOLDER

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]
TOKEN = "a-token-of-some-length"
PATIENCE_MS = 30_000


def image_bytes(seed: int = 0, kind: str = "PNG", size: tuple[int, int] = (256, 192)) -> bytes:
    """An image file with a drawn lesion, width x height; another seed gives another one."""
    turned, place = divmod(seed, len(EXAMPLES))
    with Image.open(FOLDER / EXAMPLES[place].file_name) as example:
        image = example.transpose(Image.Transpose(turned)) if turned else example.copy()
    buffer = BytesIO()
    image.resize(size, Image.Resampling.BICUBIC).save(buffer, kind)
    return buffer.getvalue()


def a_file(name: str, content: bytes | None = None, seed: int = 0) -> dict[str, Any]:
    """A file as Playwright puts it into a file field."""
    kind = "text/plain" if name.endswith(".txt") else "image/png"
    return {"name": name, "mimeType": kind, "buffer": image_bytes(seed) if content is None else content}


def start(bundle: Path, token: str = "") -> tuple[subprocess.Popen[str], str]:
    """`lentigo serve` on a free port, and its address."""
    environment = {key: value for key, value in os.environ.items() if key != "LENTIGO_TOKEN"}
    environment |= {"LENTIGO_TOKEN": token} if token else {}
    command = [sys.executable, "-m", "lentigo", "serve", str(bundle), "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"http://[\d.]+:\d+", line):
            # its audit log must be read, or the pipe fills and the server waits
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return process, found[0]
    raise AssertionError("".join(said))


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(15)


def is_home(url: str, home: str) -> bool:
    return url.startswith((f"{home}/", f"blob:{home}/")) or url == home


def give(page: Any, *files: dict[str, Any]) -> None:
    """Choose files and wait until each has its answer."""
    before = page.locator(".card-item").count()
    page.set_input_files("#files", list(files))
    page.wait_for_selector(f".card-item:nth-child({before + len(files)})", state="attached")
    settle(page)


def settle(page: Any) -> None:
    """Wait until no image waits."""
    page.wait_for_selector(".card-item[data-state=waiting], .card-item[data-state=working]", state="detached")


def shown_shares(page: Any) -> dict[str, str]:
    """Class code -> its share as shown, in the order shown."""
    ranks = page.locator(".rank").all()
    return {rank.get_attribute("value"): rank.locator(".rank-share").inner_text() for rank in ranks}


def shown_pixels(page: Any) -> np.ndarray:
    """What the large canvas shows, uint8 (H, W, 3)."""
    page.wait_for_timeout(80)  # drawn with the next frame
    address = page.evaluate("document.querySelector('.picture canvas').toDataURL('image/png')")
    with Image.open(BytesIO(base64.b64decode(address.partition(",")[2]))) as image:
        return np.asarray(image.convert("RGB"))
