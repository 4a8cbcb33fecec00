"""One line of JSON a request: when, who, what, how it ended. No image, no name, nothing a client chose.

A line that cannot be written (a full disk) is counted, and said on standard error, in the metrics, by
`/health/ready` and, once there is room again, in the log itself.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lentigo.settings.errors import SettingsError

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_WORDS = 60.0

logger = logging.getLogger(__name__)


class Audit:
    """Writes to a file, or to standard error. A file that is moved away, to rotate it, is begun anew."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the log.

        Raises:
            SettingsError: the file cannot be written.
        """
        self._path = path
        self._looked = time.monotonic()
        self._said = -SECONDS_BETWEEN_WORDS
        self._is_torn = False
        self.num_lost = 0
        """Lines that were never written, since the start."""
        self._num_lost_in_a_row = 0
        try:
            self._file = None if path is None else _open(path)
        except OSError as error:
            raise SettingsError(
                f"{path}: the audit log cannot be written ({error.strerror}); choose another place"
            ) from error

    @property
    def is_losing(self) -> bool:
        """Whether the last line could not be written."""
        return self._num_lost_in_a_row > 0

    def write(self, **facts: Any) -> None:
        """Add one line with the time before the facts; the first after a gap says how many are missing."""
        gap = {"lines_lost_before": self._num_lost_in_a_row} if self.is_losing else {}
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": stamp, **facts, **gap}) + "\n"
        try:
            self._begin_anew_if_moved()
            self._append(line)
        except (OSError, ValueError) as error:  # ValueError: standard error is closed
            self._tell_loss(getattr(error, "strerror", None) or str(error))
        else:
            if gap:
                logger.error("the audit log is written again; it lacks %d lines", self._num_lost_in_a_row)
            self._num_lost_in_a_row = 0

    def _append(self, line: str) -> None:
        """Write a whole line, or raise; what a full disk took of it is ended by a line end of its own."""
        if self._file is None:
            sys.stderr.write(line)
            sys.stderr.flush()
            return
        content = b"\n" * self._is_torn + line.encode()
        written = os.write(self._file.fileno(), content)
        if written < len(content):
            self._is_torn = not self._cut(written)
            raise OSError(None, "no room for a whole line")
        self._is_torn = False

    def _cut(self, num_bytes: int) -> bool:
        """Take back half a line; False where the file allows no such thing."""
        assert self._file is not None
        try:
            os.ftruncate(self._file.fileno(), os.fstat(self._file.fileno()).st_size - num_bytes)
        except OSError:
            return False
        return True

    def _tell_loss(self, reason: str) -> None:
        """Count a lost line, and say so at once and then once a minute."""
        self.num_lost += 1
        self._num_lost_in_a_row += 1
        now = time.monotonic()
        if now - self._said >= SECONDS_BETWEEN_WORDS:
            self._said = now
            logger.error(
                "the audit log cannot be written (%s): %d lines are lost; make room", reason, self.num_lost
            )

    def _begin_anew_if_moved(self) -> None:
        """Look for the file at most once a second: a look at every request would cost more than the line."""
        now = time.monotonic()
        if self._path is None or self._file is None or now - self._looked < SECONDS_BETWEEN_LOOKS:
            return
        self._looked = now
        if not self._path.exists() or not os.path.samestat(self._path.stat(), os.fstat(self._file.fileno())):
            before, self._file = self._file, _open(self._path)
            before.close()


def _open(path: Path) -> Any:
    return path.open("ab", buffering=0)
