"""The program of a reading process: files in by standard input, pixels out by standard output.

    python -m lentigo.service.work.reader '{"height": 224, ...}'

What a stranger sends is decoded here and nowhere else in the service. The system ends the process when a file
takes too much time of the processor, and refuses it memory beyond a bound; the service ends it when nobody
waits for the answer any more. A file is one frame: `FRAME`, then its bytes. An answer is one line of JSON,
followed by the pixels where there are any.
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import struct
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from lentigo.bundle.reading import Pixels, read_image
from lentigo.data.images.pixels import num_pixels
from lentigo.settings.errors import ImageError
from lentigo.settings.recipe import Resize

FRAME = struct.Struct(">?I")
"""Whether the file may take long; how many bytes follow."""


@dataclass(frozen=True)
class Task:
    """What a reading process is told when it starts."""

    height: int
    width: int
    resize: Resize
    quick_seconds: float
    """Of the processor, for a file that may not take long."""
    slow_seconds: float
    """For one that may."""
    quick_pixels: int
    """A file with more takes long."""
    memory_bytes: int
    """Beyond what the process has before it reads anything."""

    def argument(self) -> str:
        """As one argument of a command line."""
        return json.dumps(asdict(self))


def main(argument: str) -> None:
    """Answer until standard input ends."""
    task = Task(**json.loads(argument))
    files, answers = sys.stdin.buffer, _own_output()
    _load_codecs()
    _bound_memory(task.memory_bytes)
    while len(frame := files.read(FRAME.size)) == FRAME.size:
        is_slow, length = FRAME.unpack(frame)
        content = files.read(length)
        _end_after(task.slow_seconds if is_slow else task.quick_seconds)
        told, pixels = _answer(task, content, is_slow)
        _end_after(0)
        answers.write(json.dumps(told).encode() + b"\n" + (b"" if pixels is None else pixels.tobytes()))
        answers.flush()


def _answer(task: Task, content: bytes, is_slow: bool) -> tuple[dict[str, Any], Pixels | None]:
    try:
        if not is_slow and num_pixels(content) > task.quick_pixels:
            return {"is_postponed": True}, None
        pixels, warnings = read_image(content, task.height, task.width, task.resize)
    except ImageError as error:
        return {"reason": str(error)}, None
    except MemoryError:
        return {"reason": "takes too much memory to read; save it smaller, or in another format"}, None
    except Exception:  # noqa: BLE001 - an error of ours: the service logs it, and this process goes on
        return {"reason": "cannot be read", "trace": traceback.format_exc()}, None
    return {"warnings": warnings}, pixels


def _load_codecs() -> None:
    """Load what Pillow loads when it is first needed, so that the first file has no more time than others."""
    Image.init()
    pixel = io.BytesIO()
    Image.new("RGB", (8, 8)).save(pixel, "PNG")
    read_image(pixel.getvalue(), 8, 8, "squash")


def _own_output() -> BinaryIO:
    """Standard output for answers alone: what a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _end_after(seconds: float) -> None:
    """Let the system end this process, even within a codec, after so much processor time; 0: never.

    Windows has no such timer: there only the time of the whole request bounds it.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _bound_memory(num_bytes: int) -> None:
    """Refuse memory beyond what is in use now and `num_bytes`, where the system can."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return
    import resource

    found = re.search(r"^VmData:\s+(\d+) kB", status, re.M)
    assert found is not None
    limit = int(found[1]) * 1024 + num_bytes
    with suppress(OSError, ValueError):  # what is bounded more tightly from outside stays so
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1])
