"""`lentigo data synthesize`: refuses to draw over other things, and says what comes next."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.cli.app import main


def test_a_folder_with_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    assert main(["data", "synthesize", str(tmp_path), "--images", "16"]) == 2
    assert [item.name for item in tmp_path.iterdir()] == ["mine.txt"]
    assert "error:" in capsys.readouterr().err


def test_too_few_images_are_refused(tmp_path: Path) -> None:
    assert main(["data", "synthesize", str(tmp_path / "x"), "--images", "3"]) == 2
    assert not (tmp_path / "x").exists()
