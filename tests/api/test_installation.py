"""What this installation can do."""

from __future__ import annotations

import pytest

from lentigo.api.installation import examine


def test_every_line_is_fine_here_or_says_a_remedy() -> None:
    lines = examine()
    assert {"python", "base", "backend", "GPU", "memory", "disk"} <= {line.name for line in lines}
    assert all(line.is_fine or line.remedy for line in lines)


def test_a_backend_that_is_not_there_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    line = next(line for line in examine() if line.name == "backend")
    assert not line.is_fine
    assert "KERAS_BACKEND=tensorflow" in line.remedy
