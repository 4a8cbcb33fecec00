"""`lentigo data link`: what an audit found is remedied by the commands that it names."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lentigo.cli.app import main


@pytest.fixture
def leaking(small_data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Drawn images with turned copies of twelve of them, whose kinship no table tells, split by group."""
    monkeypatch.chdir(tmp_path)
    lesions, data = Path("lesions"), Path("my data")
    shutil.copytree(small_data.lesions, lesions)
    truth = (lesions / "GroundTruth.csv").read_text().splitlines()
    for number, row in enumerate(truth[1:121:10]):
        image_id, rest = row.split(",", 1)
        turned = Image.open(lesions / "images" / f"{image_id}.jpg").transpose(Image.Transpose.ROTATE_90)
        turned.save(lesions / "images" / f"copy{number}.jpg", quality=95)
        truth.append(f"copy{number},{rest}")
    (lesions / "GroundTruth.csv").write_text("\n".join(truth) + "\n")
    assert main(["data", "import", str(lesions), "--out", str(data)]) == 0
    assert main(["split", str(data), "--fractions", "0.6,0.2,0.2", "--seed", "1"]) == 0
    return data


def page_of(data: Path) -> str:
    return (data / "audit" / "audit.html").read_text()


def test_the_audit_names_the_commands_that_remedy(leaking: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(leaking)]) == 1
    said = capsys.readouterr()
    assert "L104" in said.out
    commands = json.loads((leaking / "audit" / "audit.json").read_text())["remedy"]
    assert f"Next: {' && '.join(commands)}" in said.err
    assert commands == [
        "lentigo data link 'my data' 'my data/audit/pairs.csv'",
        "lentigo split 'my data' --fractions 0.6,0.2,0.2 --seed 1 --force",
    ]
    assert " &amp;&amp;\nlentigo split" in page_of(leaking)
    for command in commands:
        assert main(shlex.split(command)[1:]) == 0
    assert f"Next: {commands[1]}" in capsys.readouterr().err, "linking says to split again"
    assert main(["audit", str(leaking)]) == 0
    found = json.loads((leaking / "audit" / "audit.json").read_text())
    assert found["remedy"] == []
    assert found["pairs"]["near"]["n"] >= 12
    assert found["pairs"]["near"]["n_across_parts"] == 0
    assert "lentigo data link" not in page_of(leaking)


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["none", "pairs.csv"], "no such file"),
        (["{data}", "none.csv"], "none.csv"),
        (["{data}", "{data}/split.csv"], "image_name_1 and image_name_2"),
    ],
)
def test_mistakes(
    arguments: list[str], remedy: str, small_data: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "link", *(word.format(data=small_data.data) for word in arguments)]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert remedy in said
    assert "Traceback" not in said
