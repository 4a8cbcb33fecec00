"""The program of a reading process, spoken to as the service does."""

from __future__ import annotations

import json
import subprocess
import sys

from lentigo.service.work.reader import FRAME, Task

TASK = Task(16, 24, "squash", 1, 5, 4_000_000, 400_000_000)


def test_frames_in_lines_and_pixels_out(pngs: list[bytes]) -> None:
    frames = b"".join(FRAME.pack(False, len(content)) + content for content in (pngs[0], b"text", pngs[1]))
    command = [sys.executable, "-m", "lentigo.service.work.reader", TASK.argument()]
    said = subprocess.run(command, input=frames, capture_output=True, check=True).stdout
    for reason in ("", "is text", ""):
        line, _, said = said.partition(b"\n")
        told = json.loads(line)
        assert reason in told.get("reason", "")
        if not reason:
            assert isinstance(told["warnings"], list)
            said = said[16 * 24 * 3 :]
    assert said == b""


def test_a_frame_cut_short_ends_it_in_silence(png: bytes) -> None:
    command = [sys.executable, "-m", "lentigo.service.work.reader", TASK.argument()]
    done = subprocess.run(command, input=FRAME.pack(False, 10)[:3], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
