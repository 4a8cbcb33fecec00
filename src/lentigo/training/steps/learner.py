"""The network as one stage trains it: batches in, losses out; every array a checkpoint needs, out and in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from lentigo.models import Network, freeze
from lentigo.settings.recipe import Stage, Training
from lentigo.training import backend
from lentigo.training.batches.sources import Batch, as_model_takes
from lentigo.training.resuming.checkpoint import Group, in_order, numbered
from lentigo.training.steps.accumulation import GradientSum, pieces
from lentigo.training.steps.averaging import WeightAverage, assign, values_of
from lentigo.training.steps.objective import CONFUSION, compile_stage
from lentigo.training.steps.statistics import learning_norms, measure_statistics


@dataclass(frozen=True)
class StepResult:
    """What one batch showed."""

    loss: float
    confusion: NDArray[Any]
    """(K, K), rows = truth."""


@dataclass(frozen=True)
class Way:
    """How a stage's batches are learnt, beyond what the recipe's `training` and the stage say."""

    micro_batch: int = 0
    """Most images whose gradients are computed at once; 0: those of the whole batch."""
    learning: Any = None
    """The part of the network's model that batches are made for; None: all of it."""
    raised: NDArray[np.float64] | None = None
    """(K,) what the loss adds to the logits; None: nothing."""


class Learner:
    """Owns the network's variables during one stage."""

    def __init__(
        self,
        network: Network,
        training: Training,
        stage: Stage,
        way: Way = Way(),
    ) -> None:
        """Prepare the network for a stage.

        Args:
            network: whole; changed in place.
            training: of the recipe.
            stage: of the recipe.
            way: pieces, parts and raised logits, none by default.
        """
        self._micro_batch = way.micro_batch
        self._identity = uuid4().hex
        freeze(network, stage.learn)
        whole, network = network, replace(network, model=way.learning or network.model)
        self.network = network
        self._gradients = GradientSum() if way.micro_batch else None
        self._optimizer = compile_stage(network, training, stage, self._gradients, way.raised)
        self._weights = _learning_weights(network)
        self._norms = learning_norms(_layers(network))
        self._frozen = _others(whole.model.weights, self._weights)
        self._seeds = _others(whole.model.variables, whole.model.weights)
        self._average = (
            WeightAverage(self._weights, training.average_weights) if training.average_weights else None
        )
        self._best: Group | None = None
        self._frozen_group = Group(numbered(values_of(self._frozen)), self._version("start"))

    @property
    def num_trainable(self) -> int:
        """Parameters that gradients change."""
        return sum(int(np.prod(variable.shape)) for variable in self.network.model.trainable_variables)

    def step(self, batch: Batch, lr: float) -> StepResult:
        """Learn from one batch (inputs (B, ...), labels (B,), weights (B,) or None)."""
        self._optimizer.learning_rate = lr
        if self._gradients is None:
            result = self._pass(batch)
        else:
            result = self._pass_in_pieces(batch, self._gradients)
        if self._average is not None:
            self._average.update()
        return result

    def _pass(self, batch: Batch) -> StepResult:
        """Forward and backward once, all images together."""
        inputs, labels, weights = batch
        logs = self.network.model.train_on_batch(as_model_takes(inputs), labels, weights, return_dict=True)
        return StepResult(float(logs["loss"]), np.asarray(logs[CONFUSION]))

    def _pass_in_pieces(self, batch: Batch, gradients: GradientSum) -> StepResult:
        """The same piece by piece, then one update."""
        results = [self._pass(piece) for piece in pieces(batch, self._micro_batch)]
        gradients.hand_over(self._optimizer, self.network.model.trainable_variables)
        return StepResult(
            sum(result.loss for result in results), np.sum([result.confusion for result in results], axis=0)
        )

    @contextmanager
    def as_evaluated(self) -> Iterator[None]:
        """Let the network hold the weights that are evaluated and kept: the averages, where there are any."""
        if self._average is None:
            yield
        else:
            with self._average.in_place():
                yield

    def measure_statistics(self, batches: Iterable[Batch]) -> None:
        """Let batch normalisation know what the weights that the network holds now make of these batches.

        It depends on nothing else, and leaves the random draws where they stand: done twice, it is the same.
        """
        seeds = values_of(self._seeds)
        try:
            measure_statistics(self.network.model, self._norms, batches)
        finally:
            assign(self._seeds, seeds)

    def keep_best(self, epoch: int) -> None:
        """Remember the weights the network holds now, after this epoch; call it within `as_evaluated`."""
        self._best = Group(numbered(values_of(self._weights)), self._version(f"epoch {epoch}"))

    def keep_mean(self, epoch: int, num_before: int) -> None:
        """Take the weights after this epoch into the mean of those kept in so many epochs before."""
        now = values_of(self._weights)
        if num_before and self._best is not None:
            before = in_order(self._best.arrays)
            now = [old + (new - old) / (num_before + 1) for old, new in zip(before, now, strict=True)]
        self._best = Group(numbered(now), self._version(f"mean at epoch {epoch}"))

    def finish(self) -> None:
        """Let the network hold what the stage hands on: the weights kept, else the averages."""
        if self._best is not None:
            assign(self._weights, in_order(self._best.arrays))
        elif self._average is not None:
            assign(self._weights, self._average.state()[1])

    def close(self) -> None:
        """Give back the optimizer's memory: this learner learns no more."""
        backend.release(self._optimizer.variables)
        if self._gradients is not None:
            backend.release(self._gradients.variables)

    def _version(self, moment: str) -> str:
        """A name that no other moment of any training bears."""
        return f"{moment} of {self._identity}"

    def groups(self) -> dict[str, Group]:
        """All arrays that are needed to go on from here."""
        groups = {
            "frozen": self._frozen_group,
            "weights": Group(numbered(values_of(self._weights))),
            "seeds": Group(numbered(values_of(self._seeds))),
            "optimizer": Group(numbered(values_of(self._optimizer.variables))),
        }
        if self._average is not None:
            num_updates, averages = self._average.state()
            groups["average"] = Group({**numbered(averages), "num_updates": np.array(num_updates)})
        if self._best is not None:
            groups["best"] = self._best
        return groups

    def restore(self, groups: dict[str, Group]) -> None:
        """Go back to what `groups` gave, in this or an earlier process."""
        self._frozen_group, self._best = groups["frozen"], groups.get("best")
        assign(self._frozen, in_order(groups["frozen"].arrays))
        assign(self._weights, in_order(groups["weights"].arrays))
        assign(self._seeds, in_order(groups["seeds"].arrays))
        assign(self._optimizer.variables, in_order(groups["optimizer"].arrays))
        if self._average is not None:
            averages = dict(groups["average"].arrays)
            self._average.restore(int(averages.pop("num_updates")), in_order(averages))


def _learning_weights(network: Network) -> list[Any]:
    """Weights of the layers that learn, with their batch normalisation's statistics."""
    weights = [weight for layer in _layers(network) if layer.trainable for weight in layer.weights]
    return list({id(weight): weight for weight in weights}.values())


def _layers(network: Network) -> list[Any]:
    """From the image to the output."""
    return [*(layer for block in network.blocks.values() for layer in block), *network.head_layers]


def _others(variables: list[Any], chosen: list[Any]) -> list[Any]:
    """Those of `variables` that are not among `chosen`."""
    known = {id(variable) for variable in chosen}
    return [variable for variable in variables if id(variable) not in known]
