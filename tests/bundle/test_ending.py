"""Work that is no longer wanted is ended, whether it has begun or not."""

from __future__ import annotations

import pytest

from lentigo.bundle.ending import Ended, Ending


def test_what_is_under_way_is_ended_and_what_is_over_is_not() -> None:
    ending, ended = Ending(), []
    with ending.ends(lambda: ended.append("first")):
        pass
    with ending.ends(lambda: ended.append("second")):
        ending.set()
        assert ending.is_set
    assert ended == ["second"]


def test_nothing_begins_after_it() -> None:
    ending = Ending()
    ending.set()
    with pytest.raises(Ended), ending.ends(lambda: None):
        raise AssertionError("begun")


def test_an_error_within_leaves_nothing_to_end() -> None:
    ending, ended = Ending(), []
    with pytest.raises(ValueError, match="no"), ending.ends(lambda: ended.append(1)):
        raise ValueError("no")
    ending.set()
    assert ended == []
