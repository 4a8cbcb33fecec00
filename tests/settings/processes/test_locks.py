"""A lock holds between open files and goes with the one that held it."""

from __future__ import annotations

from pathlib import Path

from lentigo.settings.processes.locks import try_lock


def test_the_second_gets_it_when_the_first_lets_go(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as first, (tmp_path / "lock").open("w") as second:
        assert try_lock(first.fileno())
        assert not try_lock(second.fileno())
        first.close()
        assert try_lock(second.fileno())
