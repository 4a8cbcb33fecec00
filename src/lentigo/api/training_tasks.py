"""One training as a task: here with the data at hand, elsewhere with the paths of what was saved."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from lentigo.api.training import train
from lentigo.cluster.executor import Executor
from lentigo.cluster.tasks import Task, Teller
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.split import Split, load_split, save_split
from lentigo.settings.errors import DataError, RunError
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import dump_recipe, parse_recipe
from lentigo.training.progress import StageStart, StepDone, TrainingProgress, WholeTraining

TrainingTask = Callable[[str, Recipe, Split, Path], Task]
"""Name, recipe, split and run directory in; a task out whose value is the run's path."""


def training_tasks(
    executor: Executor, manifest: Manifest, progress: TrainingProgress | None = None
) -> TrainingTask:
    """What makes a task of one training on these images, for this executor.

    Args:
        executor: where the tasks will run.
        manifest: the images.
        progress: told about trainings in this process; those elsewhere tell their executor's watch.

    Raises:
        DataError: tasks run elsewhere, and the manifest is not saved.
    """

    def here(name: str, recipe: Recipe, split: Split, out: Path) -> Task:
        arguments = {"recipe": recipe, "manifest": manifest, "split": split, "out": out, "progress": progress}
        return Task(name, train_here, arguments)

    def elsewhere(name: str, recipe: Recipe, split: Split, out: Path) -> Task:
        place = out.resolve()
        _put_split(RunDirectory(place), split)
        arguments = {"recipe": dump_recipe(recipe), "manifest": saved_path(manifest), "out": str(place)}
        return Task(name, train_saved, arguments)

    if executor.is_elsewhere:
        saved_path(manifest)
    return elsewhere if executor.is_elsewhere else here


def train_here(_teller: Teller, **arguments: Any) -> str:
    """Train with what is at hand; returns the run's path."""
    return str(train(**arguments).path)


def train_saved(teller: Teller, recipe: str, manifest: str, out: str) -> str:
    """Train on a saved manifest and the split that lies in the run directory; returns the run's path."""
    run = RunDirectory(out)
    images, split = open_manifest(manifest), load_split(run.split_file)
    return str(train(parse_recipe(recipe, out), images, split, out, progress=TellingProgress(teller)).path)


def saved_path(manifest: Manifest) -> str:
    """Where a manifest lies, for those who are elsewhere.

    Raises:
        DataError: it is not saved.
    """
    if manifest.path is None:
        raise DataError("other processes need a manifest that is saved; import the images into a folder")
    return str(manifest.path.resolve())


def open_manifest(path: str) -> Manifest:
    """A manifest, read once in a worker's life as long as it stays the same file."""
    seen = Path(path).stat()
    return _opened(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=2)
def _opened(path: str, _modified: int, _size: int) -> Manifest:
    return load_manifest(Path(path))


def _put_split(run: RunDirectory, split: Split) -> None:
    """Put the split where the task will look for it.

    Raises:
        RunError: a training on another split lies there.
    """
    if run.record() and run.split_file.is_file() and load_split(run.split_file).hash != split.hash:
        raise RunError(
            f"{run.path} holds a training with another split; give another folder, or delete this one"
        )
    save_split(run.split_file, split, overwrite=True)


class TellingProgress(TrainingProgress):
    """Passes on how far a training is, and what people should know of it."""

    def __init__(self, teller: Teller) -> None:
        self._teller, self._whole = teller, WholeTraining()
        self._doing = "preparing"

    def preparing(self, done: int, total: int) -> None:
        """Say that images are being decoded."""
        self._teller.share(None, f"decoding images {done:,}/{total:,}")

    def storing(self, done: int, total: int) -> None:
        """Say that frozen layers are being computed."""
        self._teller.share(self._whole.share(), f"frozen layers {done:,}/{total:,}")

    def stage_started(self, event: StageStart) -> None:
        """Remember what learns."""
        self._whole.stage_started(event)
        self._doing = f"stage {event.index + 1}/{event.num_stages} ({event.name})"

    def step_done(self, event: StepDone) -> None:
        """Say how far it is."""
        doing = f"{self._doing} epoch {self._whole.of_epochs(1)}, loss {event.loss:.3f}"
        self._teller.share(self._whole.share(event.done / max(event.total, 1)), doing)

    def doing(self, what: str) -> None:
        """Say what has no steps."""
        self._teller.share(self._whole.share(), f"{self._doing}, {what}")

    def epoch_ended(self, row: dict[str, Any]) -> None:
        """Say how far it is, with the epoch's figure."""
        self._whole.epoch_ended()
        figure = row.get("val_balanced_accuracy")
        shown = "" if figure is None else f", validation {figure:.3f}"
        self._teller.share(self._whole.share(), f"{self._doing} epoch {self._whole.of_epochs()}{shown}")

    def note(self, text: str) -> None:
        """Pass on what a person should know."""
        self._teller.note(text)
