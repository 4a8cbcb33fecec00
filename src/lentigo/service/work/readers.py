"""Bytes of a stranger's file in, pixels out, read by processes of their own that can be ended at any time.

A decoder may compute for minutes, take a gigabyte or crash; then its process ends, and a new one takes its
place.
"""

from __future__ import annotations

import json
import logging
import math
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from lentigo.bundle.ending import Ended, Ending
from lentigo.bundle.format import BundleInput
from lentigo.bundle.reading import Read
from lentigo.service.admission.limits import Limits
from lentigo.service.work.reader import FRAME, Task
from lentigo.service.work.workers import Postponed
from lentigo.settings.errors import ImageError

LONGEST_LINE = 1_000_000
GRACE_SECONDS = 0.5
"""For what nobody waits for any more: most of it ends sooner by itself, and a new process costs as much."""
logger = logging.getLogger(__name__)


class Readers:
    """As many reading processes as threads ask at once; those without work wait for more.

    What may take long has processes of its own: those that must answer at once are then always there.
    """

    def __init__(self, size: BundleInput, limits: Limits) -> None:
        """Start nothing yet.

        Args:
            size: the network's input.
            limits: what one file may take.
        """
        self._task = Task(
            size.height,
            size.width,
            size.resize,
            limits.quick_seconds,
            limits.slow_seconds,
            limits.quick_pixels,
            limits.reading_bytes,
        )
        self._lock = threading.Lock()
        self._all: set[Reader] = set()
        self._idle: dict[bool, deque[Reader]] = {False: deque(), True: deque()}
        self._is_stopped = False

    def start(self, count: int) -> None:
        """Let so many start before they are asked, and one for what takes long."""
        with self._lock:
            self._idle[False].extend(self._new() for _ in range(count))
            self._idle[True].append(self._new())

    def read(self, content: bytes, ending: Ending, *, is_slow: bool) -> Read:
        """Read one file in an idle process; as `bundle.reading.read_image`.

        Args:
            content: of the file.
            ending: when it is set, the process is ended in a moment.
            is_slow: whether the file may take long.

        Raises:
            ImageError: it cannot be used, or takes too much time or memory.
            Postponed: it takes long, and may not.
            Ended: nobody waits for it any more.
        """
        reader = self._take(is_slow)
        try:
            with reader.ended_by(ending):
                return reader.read(content, is_slow)
        except EOFError:
            if ending.is_set or self._is_stopped:
                raise Ended from None
            raise self._why(reader.close(), is_slow) from None
        finally:
            self._give_back(reader, is_slow)

    def stop(self) -> None:
        """End all of them, and start no other."""
        with self._lock:
            self._is_stopped = True
            for reader in self._all:
                reader.kill()

    def _take(self, is_slow: bool) -> Reader:
        with self._lock:
            if self._is_stopped:
                raise Ended
            return self._idle[is_slow].pop() if self._idle[is_slow] else self._new()

    def _give_back(self, reader: Reader, is_slow: bool) -> None:
        """Keep a process that is well; for another let a new one start, before anybody waits for it."""
        with self._lock:
            if reader.is_well():
                self._idle[is_slow].append(reader)
                return
            reader.close()
            self._all.discard(reader)
            if not self._is_stopped:
                self._idle[is_slow].appendleft(self._new())

    def _new(self) -> Reader:
        reader = Reader(self._task)
        self._all.add(reader)
        return reader

    def _why(self, code: int, is_slow: bool) -> Exception:
        """What a process that ended with `code` means for its file."""
        if code == -getattr(signal, "SIGPROF", 0):
            seconds = f"takes more than {self._task.slow_seconds:g} s to read"
            return ImageError(f"{seconds}; save it smaller, or in another format") if is_slow else Postponed()
        logger.warning("a reading process ended with %s", code)
        return ImageError("made its reader fail; save it again, or in another format")


class Reader:
    """One reading process, asked by one thread at a time."""

    def __init__(self, task: Task) -> None:
        self._shape = (task.height, task.width, 3)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "lentigo.service.work.reader", task.argument()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl+C is for the service, which ends this process itself
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        self._is_killed = False
        self._finalizer = weakref.finalize(self, _close, self._process)

    def read(self, content: bytes, is_slow: bool) -> Read:
        """As `Readers.read`.

        Raises:
            EOFError: the process has ended.
        """
        told = self._told(content, is_slow)
        if "trace" in told:
            logger.error("a file could not be read: %s", told["trace"])
        if "is_postponed" in told:
            raise Postponed
        if "reason" in told:
            raise ImageError(told["reason"])
        size = math.prod(self._shape)
        assert self._process.stdout is not None
        if len(pixels := self._process.stdout.read(size)) != size:
            raise EOFError
        return np.frombuffer(pixels, np.uint8).reshape(self._shape), tuple(told["warnings"])

    @contextmanager
    def ended_by(self, ending: Ending) -> Iterator[None]:
        """While the block runs, `ending` ends the process, but not before `GRACE_SECONDS`."""
        timer = threading.Timer(GRACE_SECONDS, self.kill)
        timer.daemon = True
        try:
            with ending.ends(timer.start):
                yield
        finally:
            timer.cancel()
            if timer.ident is not None:
                timer.join()

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self._is_killed = True
        self._process.kill()

    def is_well(self) -> bool:
        """Whether it can be asked again."""
        return not self._is_killed and self._process.poll() is None

    def close(self) -> int:
        """End it for good; returns what it ended with."""
        self._finalizer()
        return self._process.wait()

    def _told(self, content: bytes, is_slow: bool) -> dict[str, Any]:
        """The line of an answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(FRAME.pack(is_slow, len(content)) + content)
            self._process.stdin.flush()
            line = self._process.stdout.readline(LONGEST_LINE)
        except OSError as error:
            raise EOFError from error
        if not line.endswith(b"\n"):
            raise EOFError
        told: dict[str, Any] = json.loads(line)
        return told


def _close(process: subprocess.Popen[bytes]) -> None:
    """Leave neither process nor pipes behind."""
    if process.poll() is None and process.stdout is not None:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what was not sent any more is no loss
                pipe.close()
