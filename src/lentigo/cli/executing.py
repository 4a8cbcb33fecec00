"""`--on`: where tasks run, and the one display of all of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from lentigo.cli import output
from lentigo.cluster.tasks import Outcome, Task, TaskWatch, Told
from lentigo.settings.errors import SettingsError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from lentigo.cluster.executor import Executor
    from lentigo.training.progress import TrainingProgress

On = Annotated[
    str,
    typer.Option(
        "--on",
        help="Where tasks run: local (one after the other), processes:N (processes:NxT: T threads each), "
        "ray or ray:ADDRESS.",
    ),
]


def _installed(log: str) -> str:
    """The name of a log, once that can be used: told before anything is read."""
    if log:
        from lentigo.api.logs.known import listening

        listening(None, log)
    return log


LogTo = Annotated[
    str,
    typer.Option(
        "--log",
        help="Also tell another tool, as files: one of {logs}.",
        callback=_installed,
    ),
]


@contextmanager
def executing(on: str, num_tasks: int, log: str = "") -> Iterator[tuple[Executor, TrainingProgress | None]]:
    """The executor of `--on`, and who is told about trainings in this process.

    Args:
        on: as given.
        num_tasks: how many there will be; 0: not known.
        log: who else is told, as of `--log`.

    Raises:
        SettingsError: a log is asked for of trainings elsewhere.
    """
    from lentigo.api.logs.known import listening
    from lentigo.cli.training_progress import training_progress
    from lentigo.cluster.choosing import open_executor

    if on.strip() == "local":
        with training_progress() as progress, open_executor(on) as executor:
            yield executor, listening(progress, log)
        return
    if log:
        raise SettingsError("--log is told by trainings in this process: leave --on out, or --log")
    with tasks_progress(num_tasks) as watch, open_executor(on, watch) as executor:
        yield executor, None


class TasksProgress(TaskWatch):
    """A bar for each running task, and one for all with the time left; without a terminal, lines."""

    def __init__(self, bar: Progress, num_tasks: int) -> None:
        self._bar, self._total = bar, num_tasks
        self._bars: dict[str, TaskID] = {}
        self._shares: dict[str, float] = {}
        self._first: dict[str, float] = {}
        self._began, self._ended = time.monotonic(), 0
        self._all = bar.add_task("all tasks", total=1.0, numbers="")
        self._lines = output.Lines("all tasks, in hundredths")

    def started(self, task: Task, attempt: int) -> None:
        """Give it a bar."""
        output.advise(f"{task.name}: begins" + (f", attempt {attempt}" if attempt > 1 else ""))
        if task.name not in self._bars:
            self._bars[task.name] = self._bar.add_task(task.name, total=1.0, numbers="waits for its worker")

    def told(self, task: Task, told: Told) -> None:
        """Move its bar, or pass its note on."""
        if told.note:
            output.advise(f"{task.name}: {told.note}")
        if told.share is not None:
            self._first.setdefault(task.name, told.share)
            self._shares[task.name] = told.share
        if told.doing and task.name in self._bars:
            self._bar.update(self._bars[task.name], completed=told.share or 0.0, numbers=told.doing)
        self._tell_all()

    def lost(self, task: Task, how: str) -> None:
        """Say that it runs again."""
        output.advise(f"{task.name}: its worker was lost ({how}); it goes on in another")

    def ended(self, outcome: Outcome) -> None:
        """Take its bar away."""
        name = outcome.task.name
        how = f"failed: {str(outcome.error).partition(chr(10))[0]}" if outcome.error else "done"
        output.advise(f"{name}: {how}, {output.duration(outcome.seconds)}")
        if name in self._bars:
            self._bar.remove_task(self._bars.pop(name))
        self._shares[name] = 1.0
        self._first.setdefault(name, 0.0)
        self._ended += 1
        self._tell_all()

    def _tell_all(self) -> None:
        total = max(self._total, len(self._shares), 1)
        share = sum(self._shares.values()) / total
        here = sum(self._shares[name] - self._first[name] for name in self._shares) / total
        numbers = f"{self._ended}/{total}"
        if here > 0 and share < 1:
            seconds = (time.monotonic() - self._began) / here * (1 - share)
            numbers += f", about {output.duration(seconds)} left"
        self._bar.update(self._all, completed=share, numbers=numbers)
        if not output.stderr.is_terminal:
            self._lines(int(100 * share), 100)


@contextmanager
def tasks_progress(num_tasks: int) -> Iterator[TasksProgress]:
    """The display of many tasks on stderr; bars disappear at the end, lines stay."""
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[numbers]}", markup=False),
    )
    with Progress(*columns, console=output.stderr, transient=True) as bar:
        yield TasksProgress(bar, num_tasks)
