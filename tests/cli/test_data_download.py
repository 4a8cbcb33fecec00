"""`lentigo data download` against a server that keeps no promise: what is seen, and what is on the disk."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lentigo.cli.app import MISUSE, main
from lentigo.data.sources.sets.public_set import PublicSet, PublishedCounts, RemoteFile
from lentigo.data.sources.sets.table import SETS
from lentigo.settings.processes.locks import open_lock, try_lock

TABLE = b"image,MEL,NV\n" + b"".join(
    b"ISIC_000000%d,%d.0,%d.0\n" % (number, number % 2, 1 - number % 2) for number in range(4)
)


def pixels(number: int) -> bytes:
    memory = io.BytesIO()
    Image.effect_noise((80, 70), 60 + number).convert("RGB").save(memory, "JPEG")
    return memory.getvalue()


def images(num: int = 4) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("Drawn_Training_Input/LICENSE.txt", "CC0")
        for number in range(num):
            archive.writestr(f"Drawn_Training_Input/ISIC_000000{number}.jpg", pixels(number))
    return memory.getvalue()


IMAGES = images()


@pytest.fixture
def drawn(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A set of four images, given out by a server of this test."""
    site.serve("Drawn_GroundTruth.csv", TABLE)
    site.serve("Drawn_Training_Input.zip", IMAGES)
    row = PublicSet(
        "Drawn 2026",
        4,
        "CC0-1.0",
        "Nobody: four noisy images (2026).",
        "https://example.org/drawn",
        PublishedCounts("Drawn 2026", "Drawn_GroundTruth.csv", {"MEL": 2, "NV": 2}),
        (
            RemoteFile("Drawn_GroundTruth.csv", (site.at("Drawn_GroundTruth.csv"),), len(TABLE), num_rows=4),
            RemoteFile(
                "Drawn_Training_Input.zip",
                (site.at("Drawn_Training_Input.zip"),),
                len(IMAGES),
                4,
                md5=hashlib.md5(IMAGES).hexdigest(),
            ),
        ),
    )
    monkeypatch.setitem(SETS, "drawn", row)
    return site


def download(out: Path, *options: str) -> int:
    return main(["data", "download", "drawn", "--out", str(out), *options])


def there(out: Path) -> list[str]:
    found = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    return [path for path in found if path != ".downloading"]


WHOLE = [
    "Drawn_GroundTruth.csv",
    *(f"Drawn_Training_Input/ISIC_000000{number}.jpg" for number in range(4)),
    "Drawn_Training_Input/LICENSE.txt",
    "LICENCE-AND-CITATION.txt",
    "download.json",
]


def test_a_set_is_fetched_checked_unpacked_and_imported(
    drawn: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "my data"
    assert download(out) == 0
    said = capsys.readouterr()
    first = said.err.splitlines()
    assert first[0] == "Drawn 2026: 4 images, about 0.1 MB"
    assert first[1] == "licence: CC0-1.0 (https://creativecommons.org/publicdomain/zero/1.0/)"
    assert first[2:4] == ["cite: Nobody: four noisy images (2026).", "page: https://example.org/drawn"]
    assert first[-1] == f"Next: lentigo data import '{out}' --out data"
    assert there(out) == WHOLE
    assert "Nobody: four noisy images (2026)." in (out / "LICENCE-AND-CITATION.txt").read_text()
    record = json.loads((out / "download.json").read_text())["files"]["Drawn_Training_Input.zip"]
    assert record == {
        "kept_as": "Drawn_Training_Input",
        "num_bytes": len(IMAGES),
        "sha256": hashlib.sha256(IMAGES).hexdigest(),
        "address": drawn.at("Drawn_Training_Input.zip"),
    }
    assert main(["data", "import", str(out), "--out", str(tmp_path / "data")]) == 0
    imported = capsys.readouterr()
    assert "agrees with its 4 images by class" in imported.out
    assert (
        "licence: CC0-1.0\ncite: Nobody: four noisy images (2026). (https://example.org/drawn)"
        in imported.out
    )
    manifest = json.loads((tmp_path / "data" / "manifest.json").read_text())
    assert (manifest["set"]["name"], manifest["licences"]) == ("drawn", {"CC0-1.0": 4})
    assert "not read" not in imported.err


def test_given_again_it_fetches_nothing(
    drawn: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert download(tmp_path) == 0
    asked = [len(one.ranges) for one in drawn.files.values()]
    assert download(tmp_path, "--json") == 0
    assert json.loads(capsys.readouterr().out.rpartition("\n{")[2].join(["{", ""]))["fetched"] == []
    assert [len(one.ranges) for one in drawn.files.values()] == asked == [1, 1]


def wrong(content: bytes) -> Callable[[Any], None]:
    return lambda served: setattr(served, "body", content)


def plan(*steps: str) -> Callable[[Any], None]:
    return lambda served: setattr(served, "plan", steps)


FAULTS: dict[str, tuple[Callable[[Any], None], str, int]] = {
    "breaks off for ever": (plan("break:500", "break:0"), "breaks off after 500 of", 500),
    "404": (plan("status:404"), "answers 404 Not Found", 0),
    "429": (plan("status:429"), "answers 429 Too Many Requests (3 times in a row)", 0),
    "other bytes": (wrong(images(3)), "Drawn_Training_Input.zip has the MD5", 0),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_error_and_the_same_command_goes_on(
    drawn: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    spoil, told, num_bytes = FAULTS[fault]
    served = drawn.files["Drawn_Training_Input.zip"]
    spoil(served)
    assert download(tmp_path) == MISUSE
    said = capsys.readouterr().err
    assert said.count("error:") == 1
    assert told in said
    assert "Traceback" not in said
    assert "https://example.org/drawn" in said
    assert "the same command" in said.lower()
    assert not (tmp_path / "Drawn_Training_Input").exists()
    part = tmp_path / "Drawn_Training_Input.zip.part"
    assert (part.stat().st_size if part.exists() else 0) == num_bytes
    served.plan, served.body, served.ranges = ("fine",), IMAGES, []
    assert download(tmp_path) == 0
    assert there(tmp_path) == WHOLE
    assert served.ranges == [f"bytes={num_bytes}-" if num_bytes else ""]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (images(3), "holds 3 images; 4 are published"),
        (IMAGES[:-200], "Drawn_Training_Input.zip is a damaged zip"),
        (b"<html>sign in</html>", "Drawn_Training_Input.zip is a web page and no zip"),
    ],
)
def test_without_a_published_hash_the_zip_itself_is_checked(
    drawn: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    told: str,
    monkeypatch: Any,
) -> None:
    row = SETS["drawn"]
    monkeypatch.setitem(SETS, "drawn", replace(row, files=(replace(row.files[1], md5=""),)))
    drawn.files["Drawn_Training_Input.zip"].body = content
    assert download(tmp_path) == MISUSE
    assert told in capsys.readouterr().err
    assert there(tmp_path) == ["LICENCE-AND-CITATION.txt"]


def test_offline_it_says_what_to_do_at_once(
    drawn: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = SETS["drawn"]
    nowhere = replace(row.files[0], addresses=("http://127.0.0.1:9/a.csv",))
    monkeypatch.setitem(SETS, "drawn", replace(row, files=(nowhere,)))
    assert download(tmp_path) == MISUSE
    said = capsys.readouterr().err
    assert "http://127.0.0.1:9/a.csv cannot be reached" in said
    assert (
        f"fetch Drawn_GroundTruth.csv elsewhere from https://example.org/drawn, put it into {tmp_path}"
        in said
    )


def test_files_that_were_fetched_by_hand_are_checked_and_unpacked(drawn: Any, tmp_path: Path) -> None:
    (tmp_path / "Drawn_Training_Input.zip").write_bytes(IMAGES)
    (tmp_path / "Drawn_GroundTruth.csv").write_bytes(TABLE)
    drawn.files.clear()
    assert download(tmp_path) == 0
    assert there(tmp_path) == WHOLE


def test_a_wrong_file_fetched_by_hand_is_left_there(
    drawn: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Drawn_Training_Input.zip").write_bytes(b"mine")
    assert download(tmp_path) == MISUSE
    assert "is left there: take it away" in capsys.readouterr().err
    assert (tmp_path / "Drawn_Training_Input.zip").read_bytes() == b"mine"


def test_a_folder_of_somebody_else_is_not_touched(
    drawn: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Drawn_Training_Input").mkdir()
    (tmp_path / "Drawn_Training_Input" / "mine.jpg").write_bytes(b"mine")
    assert download(tmp_path) == MISUSE
    assert "is there, and not by this command" in capsys.readouterr().err
    assert (tmp_path / "Drawn_Training_Input" / "mine.jpg").read_bytes() == b"mine"


def test_a_disk_that_is_too_small_is_told_first(
    drawn: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lentigo.settings.files.free_bytes", lambda _path: 10_000)
    assert download(tmp_path) == MISUSE
    assert "no room to write" in capsys.readouterr().err
    assert all(one.ranges == [] for one in drawn.files.values())


def test_two_commands_do_not_fill_one_folder(
    drawn: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_lock(tmp_path / ".downloading") as lock:
        assert try_lock(lock.fileno())
        assert download(tmp_path) == MISUSE
    assert "another command is downloading into" in capsys.readouterr().err


def test_tables_alone(
    drawn: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.setattr("lentigo.data.downloading.keeping.SMALL_BYTES", 1000)
    assert download(tmp_path, "--tables-only") == 0
    assert there(tmp_path) == ["Drawn_GroundTruth.csv", "LICENCE-AND-CITATION.txt", "download.json"]
    assert capsys.readouterr().err.endswith(
        f"Next: lentigo data import {tmp_path} --out data --tables-only\n"
    )


def test_without_a_name_the_sets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "download"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(SETS)
    assert "isic-2019                25,331    9.1 GB  CC-BY-NC-4.0" in "\n".join(lines)


def test_what_is_to_be_fetched_by_hand_says_where_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "download", "PH2"]) == MISUSE
    said = capsys.readouterr().err
    assert "fetch PH2Dataset.rar" in said
    assert "https://www.fc.up.pt/addi/ph2%20database.html" in said
