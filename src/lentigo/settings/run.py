"""The run directory: one training, whole, as files. Names, the record `run.json`, and the lock."""

from __future__ import annotations

import json
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

from lentigo.settings.errors import RunError
from lentigo.settings.files import read_json, write_json, write_text
from lentigo.settings.locks import try_lock
from lentigo.settings.recipe import Recipe
from lentigo.settings.toml import dump_recipe, parse_recipe

SCHEMA_VERSION = 1
NOTICE = "Research and education only; not a medical device."
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
        """The recipe this run was trained with, resolved."""
        return parse_recipe(self.recipe_file.read_text(encoding="utf-8"), str(self.recipe_file))

    def write_recipe(self, recipe: Recipe) -> None:
        """Put the resolved recipe down."""
        write_text(self.recipe_file, dump_recipe(recipe))

    def record(self) -> dict[str, Any]:
        """`run.json`; empty when there is none yet.

        Raises:
            RunError: the file is damaged.
        """
        if not self.run_file.is_file():
            return {}
        try:
            record = read_json(self.run_file)
        except json.JSONDecodeError as error:
            raise RunError(
                f"{self.run_file} is damaged ({error}); restore it or train into a new folder"
            ) from error
        return dict(record)

    def precision(self) -> str:
        """What the network of this run computes in; older runs have it in their recipe alone."""
        return str(self.record().get("precision") or self.recipe().training.precision)

    def update_record(self, **fields: Any) -> dict[str, Any]:
        """Set fields of `run.json`, atomically; returns the whole record."""
        record = {"schema_version": SCHEMA_VERSION, "notice": NOTICE, **self.record(), **fields}
        write_json(self.run_file, record)
        return record

    def history(self) -> list[dict[str, Any]]:
        """One dict an epoch, in order; empty before the first epoch."""
        if not self.history_file.is_file():
            return []
        lines = self.history_file.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory for writing; a lock whose owner has died is taken over.

        Raises:
            RunError: another living process holds it; names that process.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = self.path / "lock"
        with lock.open("a+", encoding="utf-8") as handle:
            if not try_lock(handle.fileno()):
                handle.seek(0)
                raise RunError(f"{self.path} is in use by {handle.read().strip() or 'another process'}")
            handle.truncate(0)
            handle.write(f"process {os.getpid()} on {platform.node()}, since {now()}")
            handle.flush()
            yield


def _what_instead(path: Path) -> str:
    """What lies where a run was expected, and what to do."""
    if not path.exists():
        return "there is no such directory; give one that `lentigo train RECIPE ... --out RUN` has made"
    if (path / "bundle.json").is_file():
        return "it is a bundle; give the run that it was exported from"
    return "it has no run.json; train one with `lentigo train RECIPE ...`"


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
