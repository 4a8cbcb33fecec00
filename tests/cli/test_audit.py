"""`lentigo audit`: exit codes, the two forms, JSON and mistakes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lentigo.cli.app import main
from lentigo.evaluation.checks.audited import Audited
from lentigo.evaluation.checks.check import Check, Finding, Severity
from lentigo.evaluation.checks.table import CHAPTERS, Chapter


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.csv").write_text("image_id,lesion_id\na,1\nb,2\n")
    (tmp_path / "test.csv").write_text("isic_id,lesion_id\nc,1\nd,3\n")
    return tmp_path


def test_a_leak_is_told_and_exits_with_1(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--train", "train.csv", "--test", "test.csv"]) == 1
    said = capsys.readouterr()
    assert "error    L106  A lesion in two parts: 1 of 2 test images (50.0%)" in said.out
    page = (lists / "audit" / "audit.html").read_text()
    last = said.out.splitlines()[-1]
    assert re.fullmatch(r"1 error; \d+ passed, \d+ not run", last)
    assert "no image was read" not in said.out
    assert "no image was read" in page
    assert (lists / "audit" / "pairs.csv").read_text().startswith("image_name_1,image_name_2,")


class TallImage(Check):
    """Portraits are rare in dermoscopy."""

    code, title = "F499", "Images taller than wide"
    severity = Severity.WARNING
    advice = "Turn them."

    def look(self, audited: Audited) -> Finding | None:
        """Count them."""
        tall = audited.table[audited.table["height"] > audited.table["width"]]
        return Finding(len(tall), f"{len(tall)} stand", tuple(tall["image_id"])) if len(tall) else None


class TallLesion(TallImage):
    """The same in a chapter of its own."""

    code = "T601"


@pytest.mark.parametrize("kind", [TallImage, TallLesion])
def test_one_row_adds_a_check(
    kind: type[Check], lists: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = kind.code[0]
    known = CHAPTERS.get(letter, Chapter("Tall things", []))
    monkeypatch.setitem(CHAPTERS, letter, Chapter(known.title, [*known.checks, kind]))
    for number, size in enumerate(((80, 90), (90, 80))):
        (lists / "pictures").mkdir(exist_ok=True)
        Image.new("RGB", size, (90 * number, 60, 40)).save(lists / "pictures" / f"p{number}.png")
    assert main(["audit", "pictures", "--out", "found", "--fail-on", "warning"]) == 1
    assert f"warning  {kind.code}  Images taller than wide: 1 stand" in capsys.readouterr().out
    page = (lists / "found" / "audit.html").read_text()
    assert page.index(f"<h3>{known.title}</h3>") < page.index(kind.code) < page.index("Turn them.")
    checks = json.loads((lists / "found" / "audit.json").read_text())["checks"]
    assert [check["examples"] for check in checks if check["code"] == kind.code] == [["p0"]]


def test_the_severity_decides(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (lists / "one.csv").write_text("image\na\nb\n")
    assert main(["audit", "one.csv"]) == 0
    assert main(["audit", "one.csv", "--fail-on", "notice"]) == 1
    said = capsys.readouterr().out
    assert "G502" in said
    assert re.fullmatch(r"1 warning and 1 notice; \d+ passed, \d+ not run", said.splitlines()[-1])


@pytest.mark.parametrize(
    "copy", ["{}_aug_1.jpg", "train/{}_downsampled.png", "rot90_{}", "{}.jpg.rf.0a1b.jpg"]
)
def test_copies_that_only_their_names_tell_are_a_leak(
    copy: str, lists: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"mole_{number:04d}" for number in range(20)] + [f"ISIC_{number:07d}" for number in range(20)]
    (lists / "train.csv").write_text("image,label\n" + "".join(f"{copy.format(name)},NV\n" for name in names))
    (lists / "test.txt").write_text("".join(f"{name}\n" for name in names))
    assert main(["audit", "--train", "train.csv", "--test", "test.txt"]) == 1
    said = capsys.readouterr().out
    assert "L105  Copies, by their names, of one image in two parts: 40 of 40 test images (100.0%)" in said


def test_one_part_is_a_warning(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "train.csv", "--fail-on", "warning"]) == 1
    assert "warning  L110  One part only" in capsys.readouterr().out


def test_a_manifest_is_the_shortest_form(
    small_data: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", str(small_data.data), "--out", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["parts"].keys() == {"train", "validation", "test"}
    assert found["folder"] == str(tmp_path / "out")
    assert found["data"]["command"].startswith("lentigo")


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ([], "name what is to be audited"),
        (["--train", "train.csv"], "two of --train"),
        (["train.csv", "--test", "test.csv"], "not both"),
        (["train.csv", "--fail-on", "sometimes"], "expected notice, warning, error"),
        (["train.csv", "--folds", "1"], "2 or more"),
        (["none.csv"], "no such file"),
        (["train.csv", "--images", "none"], "not a folder"),
        (["train.csv", "--split", "split.csv"], "belongs to a manifest"),
    ],
)
def test_mistakes(arguments: list[str], remedy: str, lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", *arguments]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert remedy in said
    assert "Traceback" not in said
