"""The training loop: a network, batches and a validation set in; a trained network and its history out.

    for every stage:
        for every epoch:
            for every batch:  learn, tally, save when due
            validate, react, save
        restore the best weights

Everything the loop remembers is in `self.state` (plain data) and `self.learner` (arrays), and both go into
every checkpoint: a training killed at any moment goes on from the last one and ends with the same weights.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from lentigo.settings.errors import RunError
from lentigo.settings.processes.interrupt import Interrupted, StopRequest, StopRequested
from lentigo.settings.recipe import Stage
from lentigo.settings.run import RunDirectory
from lentigo.training import backend
from lentigo.training.history import training_figures, validation_figures, write_history
from lentigo.training.inference import BATCH_SIZE, predict_images
from lentigo.training.progress import StageStart, StepDone, TrainingProgress
from lentigo.training.resuming.checkpoint import CheckpointStore, Snapshot
from lentigo.training.resuming.state import TrainingState
from lentigo.training.schedule import lr_at
from lentigo.training.setup.stage_setup import StageSetup, TrainingSetup
from lentigo.training.stages import stage_name, work_of_epochs
from lentigo.training.steps.learner import Learner, Way

if TYPE_CHECKING:
    from lentigo.training.batches.sources import Batch

SAVE_EVERY_SECONDS = 300.0
MOST_RESCUES = 3


class NotFiniteError(Exception):
    """The loss or an output is no finite number."""


class Trainer:
    """Runs the stages of one training from wherever it stands to the end."""

    def __init__(
        self, setup: TrainingSetup, run: RunDirectory, watch: TrainingProgress, stop: StopRequest
    ) -> None:
        self.setup, self.watch, self.stop = setup, watch, stop
        self.store, self._history_file = CheckpointStore(run.checkpoints), run.history_file
        self.recipe, self.stages = setup.recipe, setup.recipe.stages
        self.state = TrainingState()
        self.learner: Learner
        self._at_work: tuple[int, StageSetup] | None = None
        self._preparing_seconds = 0.0
        self._last_save = time.monotonic()

    def run(self) -> TrainingState:
        """Train to the end.

        Raises:
            Interrupted: a stop was asked for; all is saved.
            RunError: the loss stays no number, the disk is full, or no checkpoint is whole.
        """
        try:
            self._resume_or_begin()
            while self.state.stage < len(self.stages):
                self._run_stage()
        except StopRequested as request:
            self._save(is_boundary=False)
            raise Interrupted(f"stopped by {request}, all is saved; the same command resumes") from None
        except Exception as error:
            if not backend.is_out_of_memory(error):
                raise
            raise RunError(
                f"out of memory before a batch was learnt: {error}; choose a smaller model.backbone or "
                "input.height and input.width, or use a machine with more memory"
            ) from error
        return self.state

    @property
    def _stage(self) -> Stage:
        return self.stages[self.state.stage]

    @property
    def _work(self) -> StageSetup:
        """What the stage trains, and on what; made when it is first asked for."""
        if self._at_work is None or self._at_work[0] != self.state.stage:
            stage = self.setup.stages.set_up(self.state.stage, self.state.is_stored, self.stop)
            self._at_work = (self.state.stage, stage)
        return self._at_work[1]

    def close(self) -> None:
        """Give back all memory, the network's too: nothing can be trained or asked any more."""
        self._close_learner()
        for network in (self._at_work[1].network if self._at_work else None, self.setup.network):
            if network is not None:
                backend.release(network.model.variables)

    def _resume_or_begin(self) -> None:
        snapshot, problems = self.store.load()
        for problem in problems:
            self.watch.note(problem)
        if snapshot is None:
            self._begin_stage(0)
            return
        self._go_back_to(snapshot)
        done = f"stage {self.state.stage + 1}, epoch {self.state.epoch + 1}, batch {self.state.step}"
        self.watch.note(f"resumed at {done}")
        self._tell_stage()

    def _begin_stage(self, index: int) -> None:
        """Prepare the stage with this index; past the last one there is nothing to prepare."""
        if index == len(self.stages):
            self.state.stage = index
            return
        self.state.begin_stage(index, self.stages[index].lr)
        self.state.is_stored = self.setup.stages.chooses_stored(index)
        self._new_learner()
        self._save(is_boundary=True)
        self._tell_stage()

    def _run_stage(self) -> None:
        state = self.state
        while self.state.epoch < self._stage.epochs and not self.state.stopping.is_over:
            self._try_epoch()
        state = self.state
        self.learner.finish()
        self._measure_statistics()
        state.stages.append(self._stage_record())
        self.setup.take_back(self._work)
        self._begin_stage(state.stage + 1)

    def _try_epoch(self) -> None:
        """One epoch, or a step back with a gentler learning rate or smaller pieces."""
        memory_error = ""
        try:
            self._run_epoch()
            self._close_epoch()
        except NotFiniteError as error:
            self._rescue(error)
        except Exception as error:
            if not backend.is_out_of_memory(error):
                raise
            memory_error = f"{type(error).__name__}: {error}".splitlines()[0]
        if memory_error:  # not within `except`, where the error keeps alive all that the failed step held
            self._halve_pieces(memory_error)

    def _run_epoch(self) -> None:
        """Learn from the batches of this epoch that have not been learnt yet."""
        started, state = time.monotonic(), self.state
        batches = self._work.batches  # which may have to be computed first
        self._preparing_seconds += time.monotonic() - started
        if state.step == 0:
            self.watch.doing("starting" if state.epoch else "building the graph")
        with closing(batches.epoch(state.num_epochs, state.step)) as stream:
            while state.step < batches.num_steps:
                self.stop.check()
                self._run_step(stream)
                if time.monotonic() - self._last_save > SAVE_EVERY_SECONDS:
                    self._save(is_boundary=False)

    def _run_step(self, stream: Iterator[Batch]) -> None:
        state, started = self.state, time.monotonic()
        batch = next(stream)
        waited = time.monotonic() - started
        result = self.learner.step(batch, self._lr())
        if not math.isfinite(result.loss):
            raise NotFiniteError(f"the loss of batch {state.step + 1} is {result.loss}")
        state.tally.add(result.loss, result.confusion, time.monotonic() - started, waited)
        state.step += 1
        self._tell_step()

    def _close_epoch(self) -> None:
        """Validate, react to it, write it down."""
        state, started = self.state, time.monotonic()
        lr = self._lr()
        self.watch.doing("validating")
        with self.learner.as_evaluated():
            self._measure_statistics()
            figures = self._validate()
            is_best = state.best.update(self.recipe.training.monitor, self._value(figures), state.epoch + 1)
            if is_best and self.recipe.training.keep == "best":
                self.learner.keep_best(state.epoch + 1)
            num_before = state.epoch - self._stage.epochs * 2 // 3
            if self.recipe.training.keep == "average" and num_before >= 0:
                self.learner.keep_mean(state.epoch + 1, num_before)
        row = self._history_row(lr, figures, time.monotonic() - started + self._preparing_seconds)
        self._preparing_seconds = 0.0
        state.history.append(row)
        self._react(row)
        state.epoch += 1
        state.num_epochs += 1
        state.begin_epoch()
        self._save(is_boundary=True)
        self.watch.epoch_ended(row)

    def _validate(self) -> dict[str, float | None]:
        network, validation = self._work.asked, self._work.validation
        size = min(BATCH_SIZE, self.state.micro_batch or BATCH_SIZE)
        stream, known = validation.stream(self.stop), validation.known
        found = predict_images(network, stream, batch_size=size, known=known)
        if not np.isfinite(found).all():
            raise NotFiniteError("the network's outputs on the validation part are not finite numbers")
        return validation_figures(validation.part.labels, found, self.recipe.training.label_smoothing)

    def _measure_statistics(self) -> None:
        """Measure batch normalisation's statistics anew, where the recipe asks for it.

        Always on the same batches, so that the same weights get the same statistics.
        """
        num_batches = self.recipe.training.statistics_batches
        if num_batches:
            with closing(self._work.batches.epoch(0)) as stream:
                self.learner.measure_statistics(islice(stream, num_batches))

    def _value(self, figures: dict[str, Any]) -> float | None:
        value = figures[self.recipe.training.monitor]
        return None if value is None else float(value)

    def _react(self, row: dict[str, Any]) -> None:
        """Let the stage's reactions see the epoch."""
        state, stage = self.state, self._stage
        plateau, stopping = stage.reduce_lr_on_plateau, stage.early_stopping
        if plateau:
            state.lr = state.plateau.next_lr(plateau, row[plateau.monitor], state.lr)
        if stopping:
            state.stopping.update(stopping, row[stopping.monitor])

    def _rescue(self, error: NotFiniteError) -> None:
        """Go back to before this epoch with half the learning rate.

        Not to the newest checkpoint: when that was taken depends on the clock, and what was learnt just
        before a loss became NaN may be damaged already.
        """
        snapshot, _ = self.store.load(boundary_only=True)
        if snapshot is None or self.state.num_rescues >= MOST_RESCUES:
            raise RunError(
                f"{error}, after going back {self.state.num_rescues} times with half the learning rate each; "
                f"lower stages.{self.state.stage}.lr or use training.precision = 'float32'"
            )
        self._go_back_to(snapshot)
        self.state.num_rescues += 1
        self.state.lr /= 2
        self._save(is_boundary=True)
        self.watch.note(f"{error}: went back to before the epoch; lr is now {self.state.lr:g}")

    def _halve_pieces(self, memory_error: str) -> None:
        """Go back to before this epoch, and learn its batches in pieces half as large.

        A step that ran out of memory may have changed some of the weights already. The new size is saved
        before anything else, so that a resume computes the same.
        """
        size = self._num_at_once
        if size == 1:
            raise RunError(
                f"out of memory even with one image at a time ({memory_error}); lower input.height and "
                "input.width, choose a smaller model.backbone, or learn fewer blocks"
            )
        snapshot, _ = self.store.load(boundary_only=True)
        assert snapshot, "every stage begins with a checkpoint"
        self._go_back_to(snapshot, micro_batch=-(-size // 2))
        self._save(is_boundary=True)
        self.watch.note(
            f"out of memory with {size} images at once: went back to before the epoch; from now on each "
            f"batch is learnt {self._num_at_once} images at a time and its gradients are added up. It counts "
            "as before, but batch normalisation sees only so many images at once"
        )

    @property
    def _num_at_once(self) -> int:
        """Most images whose gradients are computed at once."""
        return self.state.micro_batch or self.recipe.training.batch_size

    def _go_back_to(self, snapshot: Snapshot, micro_batch: int = 0) -> None:
        self.state = TrainingState.from_json(snapshot.state)
        self.state.micro_batch = micro_batch or self.state.micro_batch
        self._new_learner()
        self.learner.restore(snapshot.groups)

    def _new_learner(self) -> None:
        """Prepare the network for the stage at work."""
        self._close_learner()  # its arrays make room for those of the new one
        work = self._work
        way = Way(self.state.micro_batch, work.learning, self.setup.raised)
        self.learner = Learner(work.network, self.recipe.training, self._stage, way)

    def _close_learner(self) -> None:
        learner = vars(self).pop("learner", None)
        if learner is not None:
            learner.close()

    def _save(self, is_boundary: bool) -> None:
        self.store.save(Snapshot(self.state.to_json(), self.learner.groups(), is_boundary))
        write_history(self._history_file, self.state.history)
        self._last_save = time.monotonic()

    def _lr(self) -> float:
        """Learning rate of the next step, or of the last one when the epoch is done."""
        per_epoch = self._work.batches.num_steps
        step = min(self.state.step, per_epoch - 1) + self.state.epoch * per_epoch
        return lr_at(self._stage.schedule, self.state.lr, step, per_epoch * self._stage.epochs)

    def _history_row(self, lr: float, figures: dict[str, Any], other_seconds: float) -> dict[str, Any]:
        state = self.state
        return {
            "stage": state.stage,
            "stage_name": stage_name(self._stage),
            "epoch": state.epoch + 1,
            "lr": lr,
            "micro_batch": self._num_at_once,
            **training_figures(state.tally),
            **figures,
            "seconds": round(state.tally.seconds + other_seconds, 3),
        }

    def _stage_record(self) -> dict[str, Any]:
        """What `run.json` says of the stage that has just ended."""
        state = self.state
        rows = [row for row in state.history if row["stage"] == state.stage]
        keeps_best = self.recipe.training.keep == "best"
        return {
            "name": stage_name(self._stage),
            "num_trainable_parameters": self.learner.num_trainable,
            "epochs": state.epoch,
            "stopped_early": state.stopping.is_over,
            "kept_epoch": state.best.epoch if keeps_best else state.epoch,
            "monitor": self.recipe.training.monitor,
            "best_epoch": state.best.epoch,
            "best_value": state.best.value,
            "is_stored": state.is_stored,
            "seconds": round(sum(row["seconds"] for row in rows), 3),
        }

    def _tell_stage(self) -> None:
        stage, state = self._stage, self.state
        event = StageStart(
            state.stage,
            len(self.stages),
            stage_name(stage),
            state.epoch,
            stage.epochs,
            self.learner.num_trainable,
            work_of_epochs(self.recipe),
        )
        self.watch.stage_started(event)

    def _tell_step(self) -> None:
        tally = self.state.tally
        total = self._work.batches.num_steps
        self.watch.step_done(StepDone(self.state.step, total, tally.loss(), tally.balanced_accuracy()))
