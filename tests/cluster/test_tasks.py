"""What a task tells, and how a function travels by name."""

from __future__ import annotations

import pytest
import tiny_tasks

from lentigo.cluster.tasks import Outcome, Task, Teller, Told, reference, referred
from lentigo.settings.errors import DataError


def test_a_share_that_comes_too_soon_is_dropped_and_a_note_never_is() -> None:
    told: list[Told] = []
    teller = Teller(told.append)
    for share in (0.1, 0.2, 0.3):
        teller.share(share, "learning")
    teller.note("one")
    teller.note("two")
    assert told == [Told(share=0.1, doing="learning"), Told(note="one"), Told(note="two")]


def test_a_function_travels_by_name() -> None:
    assert reference(tiny_tasks.double) == "tiny_tasks:double"
    assert referred("tiny_tasks:double") is tiny_tasks.double


def test_an_outcome_gives_its_value_or_raises_its_error() -> None:
    task = Task("one", tiny_tasks.double, {"number": 1})
    assert Outcome(task, 2).result() == 2
    with pytest.raises(DataError, match="no image"):
        Outcome(task, error=DataError("no image")).result()
