"""What a training is said to have done, and how long it will yet take."""

from __future__ import annotations

import pytest

from lentigo.training.progress import StageStart
from lentigo.training.telling import SHOWN, ShownProgress


class Paper:
    """A screen that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.shares: list[float] = []

    def prepare(self, title: str, done: int, total: int) -> None: ...

    def step(
        self, title: str, numbers: str = "", done: int | None = None, total: int | None = None
    ) -> None: ...

    def begin_whole(self) -> None: ...

    def whole(self, share: float, numbers: str) -> None:
        self.shares.append(share)

    def line(self, text: str, is_dated: bool = False) -> None:
        self.lines.append(text)


def test_the_time_left_is_that_of_all_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("lentigo.training.telling.time.monotonic", lambda: now[0])
    row = dict.fromkeys(SHOWN) | {"seconds": 10.0, "images_per_second": 1.0}
    plan = ((1, 1.0), (3, 3.0))
    paper = Paper()
    progress = ShownProgress(paper)
    progress.stage_started(StageStart(0, 2, "head", 0, 1, 1, plan))
    now[0] = 10.0
    progress.epoch_ended(row)  # one tenth of 1 + 3 x 3 is done
    progress.stage_started(StageStart(1, 2, "all", 0, 3, 1, plan))
    now[0] = 40.0
    progress.epoch_ended(row)
    now[0] = 100.0
    progress.epoch_ended(row)
    progress.epoch_ended(row)
    lines = paper.lines
    assert paper.shares == pytest.approx([0, 0.1, 0.1, 0.4, 0.7, 1.0])
    assert "about 1 min 30 s left" in lines[1]
    assert "3 epochs" in lines[2]
    assert "about 1 min 0 s left" in lines[3]
    assert "about 43 s left" in lines[4]
    assert "left" not in lines[5]
    assert lines[0].endswith("1 epoch")


def test_a_resumed_training_counts_from_where_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("lentigo.training.telling.time.monotonic", lambda: now[0])
    row = dict.fromkeys(SHOWN) | {"seconds": 10.0, "images_per_second": 1.0}
    paper = Paper()
    progress = ShownProgress(paper)
    progress.stage_started(StageStart(0, 1, "all", 8, 10, 1, ((10, 3.0),)))
    now[0] = 5.0
    progress.epoch_ended(row)
    assert "about 5 s left" in paper.lines[-1]
