"""One line of JSON a request: when, who, what, how it ended. No image, no name, nothing a client chose."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

from lentigo.settings.errors import SettingsError


class Audit:
    """Writes to a file, which may be rotated under it, or to standard error."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the log.

        Raises:
            SettingsError: the file cannot be written.
        """
        self._handler: logging.Handler
        try:
            self._handler = (
                logging.StreamHandler(sys.stderr) if path is None else WatchedFileHandler(path, "a", "utf-8")
            )
        except OSError as error:
            raise SettingsError(
                f"{path}: the audit log cannot be written ({error.strerror}); choose another place"
            ) from error

    def write(self, **facts: Any) -> None:
        """Add one line with the time before the facts."""
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **facts})
        self._handler.emit(logging.LogRecord("audit", logging.INFO, "", 0, line, None, None))
