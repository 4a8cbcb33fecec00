"""One line of JSON a request: when, who, what, how it ended. No image, no name, nothing a client chose."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from lentigo.settings.errors import SettingsError

SECONDS_BETWEEN_LOOKS = 1.0


class Audit:
    """Writes to a file, or to standard error. A file that is moved away, to rotate it, is begun anew."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the log.

        Raises:
            SettingsError: the file cannot be written.
        """
        self._path = path
        self._looked = time.monotonic()
        try:
            self._stream: TextIO = sys.stderr if path is None else _open(path)
        except OSError as error:
            raise SettingsError(
                f"{path}: the audit log cannot be written ({error.strerror}); choose another place"
            ) from error

    def write(self, **facts: Any) -> None:
        """Add one line with the time before the facts."""
        self._begin_anew_if_moved()
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **facts})
        self._stream.write(line + "\n")
        self._stream.flush()

    def _begin_anew_if_moved(self) -> None:
        """Look for the file at most once a second: a look at every request would cost more than the line."""
        now = time.monotonic()
        if self._path is None or now - self._looked < SECONDS_BETWEEN_LOOKS:
            return
        self._looked = now
        if not self._path.exists() or not os.path.samestat(
            self._path.stat(), os.fstat(self._stream.fileno())
        ):
            self._stream.close()
            self._stream = _open(self._path)


def _open(path: Path) -> TextIO:
    return path.open("a", encoding="utf-8")
