from __future__ import annotations

import json
from dataclasses import fields

import numpy as np

from lentigo.training.callbacks import BestState, PlateauState, StoppingState
from lentigo.training.history import Tally
from lentigo.training.resuming.state import TrainingState


def full_state() -> TrainingState:
    tally = Tally()
    tally.add(1 / 3, np.eye(2), 0.1, 0.01)
    return TrainingState(
        stage=1,
        epoch=4,
        step=7,
        num_epochs=5,
        lr=float(np.float32(1e-3)),
        num_rescues=2,
        micro_batch=8,
        is_stored=True,
        plateau=PlateauState(0.1 + 0.2, 3),
        stopping=StoppingState(0.7, 2, 4, True),
        best=BestState(None, 1),
        tally=tally,
        history=[{"loss": 0.1}],
        stages=[{"name": "head"}],
    )


def test_json_gives_every_field_back_exactly() -> None:
    state = full_state()
    again = TrainingState.from_json(json.loads(json.dumps(state.to_json(), allow_nan=False)))
    assert again == state
    untouched = TrainingState()
    for item in fields(TrainingState):  # a field that this test forgets to fill proves nothing
        assert getattr(state, item.name) != getattr(untouched, item.name), item.name


def test_a_stage_starts_afresh_but_epochs_count_on() -> None:
    state = full_state()
    state.begin_stage(2, 0.5)
    assert (state.stage, state.epoch, state.step, state.num_epochs, state.lr) == (2, 0, 0, 5, 0.5)
    assert (state.plateau, state.stopping, state.best) == (PlateauState(), StoppingState(), BestState())
    assert state.tally == Tally()
    assert state.num_rescues == 2
