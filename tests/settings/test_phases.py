"""Phases of long work."""

from __future__ import annotations

from lentigo.settings.phases import steps_of


def test_a_phase_is_named_before_its_first_step() -> None:
    told: list[tuple[str, int, int]] = []
    steps = steps_of(lambda *step: told.append(step), "reading")
    assert told == [("reading", 0, 0)]
    assert steps is not None
    steps(1, 2)
    assert told[1:] == [("reading", 1, 2)]
    assert steps_of(None, "reading") is None
