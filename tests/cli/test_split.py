"""The option `--fractions`, and divisions that images come in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lentigo.cli.app import main
from lentigo.cli.split import parse_fractions
from lentigo.settings.errors import SettingsError


def test_three_numbers() -> None:
    assert parse_fractions("0.6, 0.2,0.2") == (0.6, 0.2, 0.2)


@pytest.mark.parametrize("text", ["0.5,0.5", "a,b,c", "0.5,0.5,0.5", "0,1,0", "1.2,-0.1,-0.1", ""])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="--fractions"):
        parse_fractions(text)


@pytest.mark.parametrize(
    ("copy", "exit_code", "said"), [(False, 0, "no leak found"), (True, 1, "LEAKS    L102")]
)
def test_a_given_division_is_kept_and_its_leaks_are_told(
    copy: bool, exit_code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, name in enumerate(("fold_1/nevus/a", "fold_1/bcc/b", "fold_2/nevus/c", "fold_2/bcc/d")):
        path = tmp_path / "in" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        seed = 0 if copy and name.endswith("c") else number
        pixels = np.random.default_rng(seed).integers(40, 200, (6, 7, 3), np.uint8)
        Image.fromarray(pixels).resize((70, 60), Image.Resampling.BICUBIC).save(path)
    assert main(["split", str(tmp_path / "in"), "--given", "--out", str(tmp_path / "out")]) == exit_code
    assert said in capsys.readouterr().out
    text = (tmp_path / "out" / "split.csv").read_text()
    assert "validation,0" in text
    assert "train,1" in text
