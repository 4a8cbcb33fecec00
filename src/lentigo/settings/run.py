"""The run directory: one training, whole, as files. Names, the record `run.json`, and the lock."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from lentigo.settings import NOTICE as NOTICE  # noqa: PLC0414 - whoever writes records takes it from here
from lentigo.settings.errors import InUseError, RunError
from lentigo.settings.files import explained, write_text
from lentigo.settings.processes.locks import open_lock, try_lock
from lentigo.settings.reading import Document, hash_file, read_json_lines, read_text
from lentigo.settings.recipe import Recipe
from lentigo.settings.run_record import checked_record
from lentigo.settings.sealing import check_sealed_text, read_sealed, seal_of, sealed_text, write_sealed
from lentigo.settings.toml import dump_recipe, parse_recipe

SCHEMA_VERSION = 1
VERSIONED = ("lentigo", "keras", "tensorflow-cpu", "tensorflow", "jax", "numpy", "pillow", "scikit-learn")


class RunDirectory:
    """Where one training lives: `recipe.toml`, `run.json`, `history.jsonl`, weights, predictions, report."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.recipe_file = self.path / "recipe.toml"
        self.run_file = self.path / "run.json"
        self.split_file = self.path / "split.csv"
        self.history_file = self.path / "history.jsonl"
        self.weights_file = self.path / "model.weights.h5"
        self.predictions_file = self.path / "predictions.csv"
        self.evaluation_file = self.path / "evaluation.json"
        self.report_file = self.path / "report.html"
        self.checkpoints = self.path / "checkpoints"

    @classmethod
    def existing(cls, path: str | Path) -> RunDirectory:
        """Open a run that is there.

        Raises:
            RunError: the folder is missing or holds no run.
        """
        run = cls(path)
        if not run.run_file.is_file():
            raise RunError(f"{path} is not a run: {_what_instead(run.path)}")
        return run

    def recipe(self) -> Recipe:
        """The recipe this run was trained with, resolved.

        Raises:
            RunError: the file is missing, damaged or was changed.
            SettingsError: it is no recipe.
        """
        return parse_recipe(self.recipe_text(), str(self.recipe_file))

    def recipe_text(self) -> str:
        """The same as TOML; raises as `recipe`."""
        document = self._document(self.recipe_file)
        text = read_text(self.recipe_file, document)
        check_sealed_text(text, document)
        return text

    def write_recipe(self, recipe: Recipe) -> None:
        """Put the resolved recipe down."""
        write_text(self.recipe_file, sealed_text(dump_recipe(recipe)))

    def record(self) -> dict[str, Any]:
        """`run.json`; empty when there is none yet.

        Raises:
            RunError: the file is damaged.
        """
        if not self.run_file.exists():
            return {}
        document = self._document(self.run_file)
        return checked_record(read_sealed(self.run_file, document), document)

    def verified_weights(self) -> Path:
        """The weights file of a finished run, once its bytes are those that were saved.

        Raises:
            RunError: there is none, or it has changed since.
        """
        document = self._document(self.weights_file)
        if not self.weights_file.is_file():
            document.refuse("is missing")
        expected = self.record().get("weights", {}).get("sha256")
        if expected and hash_file(self.weights_file, document) != expected:
            document.refuse("is not the file that was saved (its SHA-256 is not that in run.json)")
        return self.weights_file

    def precision(self) -> str:
        """What the network of this run computes in; older runs have it in their recipe alone."""
        return str(self.record().get("precision") or self.recipe().training.precision)

    def update_record(self, **fields: Any) -> dict[str, Any]:
        """Set fields of `run.json`, atomically; returns the whole record."""
        record = {"schema_version": SCHEMA_VERSION, "notice": NOTICE, **self.record(), **fields}
        write_sealed(self.run_file, record)
        return record

    def history(self) -> list[dict[str, Any]]:
        """One dict an epoch, in order; empty before the first epoch.

        Raises:
            RunError: the file is damaged, or has changed since the run was finished.
        """
        if not self.history_file.exists():
            return []
        document = self._document(self.history_file)
        rows = read_json_lines(self.history_file, document)
        if self.record().get("history_sha256", rows_hash(rows)) != rows_hash(rows):
            document.refuse("was changed after the run was finished")
        return rows

    def _document(self, file: Path) -> Document:
        return Document(file, RunError, "restore it from a copy, or train into a new folder")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory for writing; a lock whose owner has died is taken over.

        Raises:
            InUseError: another living process holds it; names that process.
            FileError: it cannot be written.
        """
        lock = self.path / "lock"
        with open_lock(lock) as handle:
            if not try_lock(handle.fileno()):
                handle.seek(0)
                owner = handle.read().decode(errors="replace").strip()
                raise InUseError(f"{self.path} is in use by {owner or 'another process'}")
            with explained(lock):
                handle.truncate(0)
                handle.write(f"process {os.getpid()} on {platform.node()}, since {now()}".encode())
            yield


def _what_instead(path: Path) -> str:
    """What lies where a run was expected, and what to do."""
    if not path.exists():
        return "there is no such directory; give one that `lentigo train RECIPE ... --out RUN` has made"
    if (path / "bundle.json").is_file():
        return "it is a bundle; give the run that it was exported from"
    return "it has no run.json; train one with `lentigo train RECIPE ...`"


def rows_hash(rows: list[dict[str, Any]]) -> str:
    """What `run.json` of a finished run says of `history.jsonl`."""
    return seal_of({"rows": rows})


def now() -> str:
    """The time, UTC, to the second, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def versions() -> dict[str, str]:
    """Versions of what a result depends on: Python and the packages that are installed."""
    found = {"python": platform.python_version()}
    for name in VERSIONED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def command_line() -> str:
    """The command that is running, as it is typed: without the folder the program lies in."""
    return shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
