"""Where a training stands, as plain data: to JSON and back without loss, so that a checkpoint can hold it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from lentigo.training.callbacks import BestState, PlateauState, StoppingState
from lentigo.training.history import Tally


@dataclass
class TrainingState:
    """Everything that is not an array."""

    stage: int = 0
    """Index of the stage at work; equal to the number of stages when all is done."""
    epoch: int = 0
    """Epochs of this stage that are done."""
    step: int = 0
    """Batches of the running epoch that are done."""
    num_epochs: int = 0
    """Epochs done over all stages: the number by which batches are drawn."""
    lr: float = 0.0
    """Base learning rate of the stage, as lowered by a plateau or a rescue."""
    num_rescues: int = 0
    """How often the training went back because the loss was no number."""
    micro_batch: int = 0
    """Most images whose gradients are computed at once, since memory ran out; 0: the whole batch's."""
    is_stored: bool = False
    """Whether the stage reads stored activations: decided when it began, for good."""
    plateau: PlateauState = field(default_factory=PlateauState)
    stopping: StoppingState = field(default_factory=StoppingState)
    best: BestState = field(default_factory=BestState)
    tally: Tally = field(default_factory=Tally)
    history: list[dict[str, Any]] = field(default_factory=list)
    stages: list[dict[str, Any]] = field(default_factory=list)
    """One record for each finished stage."""

    def begin_stage(self, stage: int, lr: float) -> None:
        """Start a stage afresh: no reaction remembers the stage before."""
        self.stage, self.epoch, self.lr = stage, 0, lr
        self.plateau, self.stopping, self.best = PlateauState(), StoppingState(), BestState()
        self.begin_epoch()

    def begin_epoch(self) -> None:
        """Nothing of the next epoch is done."""
        self.step, self.tally = 0, Tally()

    def to_json(self) -> dict[str, Any]:
        """Plain values only."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> TrainingState:
        """The state that `to_json` wrote."""
        parts = {"plateau": PlateauState, "stopping": StoppingState, "best": BestState, "tally": Tally}
        return cls(**{key: parts[key](**value) if key in parts else value for key, value in content.items()})
