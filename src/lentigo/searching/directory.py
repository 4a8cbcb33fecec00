"""The search directory: one search as files. Names, the record `search.json`, the storage of trials."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import optuna
from sqlalchemy.exc import SQLAlchemyError

from lentigo.searching.claims import claimed, try_claim
from lentigo.settings.errors import FileError, InUseError, RunError
from lentigo.settings.files import make_folder, no_room, write_text
from lentigo.settings.reading import Document, Record
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import NOTICE, command_line, now, versions
from lentigo.settings.sealing import read_sealed, write_sealed
from lentigo.settings.toml import dump_recipe, load_recipe

SCHEMA_VERSION = 1
STORAGE_TIMEOUT_SECONDS = 60
STUDY_NAME = "search"


class SearchDirectory:
    """Where a search lives: `recipe.toml`, `search.json`, `search.sqlite3`, `trials/`, `winner.toml`."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.recipe_file = self.path / "recipe.toml"
        self.record_file = self.path / "search.json"
        self.storage_file = self.path / "search.sqlite3"
        self.trials = self.path / "trials"
        self.table_file = self.path / "trials.csv"
        self.winner_file = self.path / "winner.toml"
        self.report_file = self.path / "search.html"

    def run_path(self, number: int) -> Path:
        """The run directory of a trial."""
        return self.trials / f"{number:04d}"

    def claim_path(self, number: int) -> Path:
        """What the process that trains a trial holds."""
        return self.trials / f"{number:04d}.claim"

    @property
    def asking(self) -> Path:
        """What a process holds while it asks for a trial or writes down results."""
        return self.path / "asking.claim"

    def record(self) -> dict[str, Any]:
        """`search.json`; empty when there is none yet."""
        if not self.record_file.exists():
            return {}
        document = Document(self.record_file, RunError, "restore it from a copy, or search into a new folder")
        return Record(read_sealed(self.record_file, document), document)

    def update_record(self, **fields: Any) -> dict[str, Any]:
        """Set fields of `search.json`, atomically; returns the whole record."""
        record = {"schema_version": SCHEMA_VERSION, "notice": NOTICE, **self.record(), **fields}
        write_sealed(self.record_file, record)
        return record

    def recipe(self) -> Recipe:
        """The recipe of this search, resolved."""
        return load_recipe(self.recipe_file)

    def open(self, recipe: Recipe, identity: dict[str, Any]) -> None:
        """Begin a search here, or take up the same one again.

        Args:
            recipe: what is searched.
            identity: all else that makes a search: sampler, manifest, split.

        Raises:
            RunError: another search lives here.
        """
        make_folder(self.trials)
        with claimed(self.asking):
            before = self.record()
            differing = [key for key, value in identity.items() if before.get(key, value) != value]
            if self.recipe_file.is_file() and self.recipe() != recipe:
                differing.append("recipe")
            if differing:
                raise RunError(
                    f"{self.path} holds a search with another {' and '.join(differing)}; "
                    "give another folder, or delete this one to search again"
                )
            write_text(self.recipe_file, dump_recipe(recipe))
            command = command_line()
            started = before.get("started", now())
            self.update_record(
                name=recipe.name, **identity, command=command, started=started, versions=versions()
            )

    @contextmanager
    def driven(self, alone: bool) -> Iterator[None]:
        """Work here: several processes may, each on one trial, or one that has trials trained elsewhere.

        Args:
            alone: whether this is the one.

        Raises:
            InUseError: another command has trials trained here.
        """
        claim = try_claim(self.path / "driver.claim")
        if claim is None:
            raise InUseError(
                f"{self.path} is in use by another command with --on; wait for it, or give another folder"
            )
        if not alone:
            claim.release()
        with claim:
            yield

    @contextmanager
    def storage_explained(self) -> Iterator[None]:
        """Turn what the storage of trials stumbles over into an error that says what to do.

        Raises:
            FileError: the disk is full, or the storage is damaged or cannot be written.
        """
        try:
            yield
        except (SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
            reason = str(getattr(error.__cause__ or error, "orig", None) or error).partition("\n")[0]
            if "is full" in reason:
                raise FileError(no_room(self.storage_file)) from error
            raise FileError(
                f"{self.storage_file} cannot be used ({reason}); "
                "restore it from a copy, or search into a new folder"
            ) from error

    def study(self) -> optuna.Study:
        """The search as Optuna knows it; made at first. Several processes may have it open."""
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        storage = optuna.storages.RDBStorage(
            f"sqlite:///{self.storage_file.resolve()}",
            engine_kwargs={"connect_args": {"timeout": STORAGE_TIMEOUT_SECONDS}},
        )
        return optuna.create_study(
            storage=storage, study_name=STUDY_NAME, direction="maximize", load_if_exists=True
        )
