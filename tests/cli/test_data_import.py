"""`lentigo data import`: the option `--map`, and a source of one's own by one row of the table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from lentigo.cli.app import main
from lentigo.cli.data_import import parse_map
from lentigo.data.sources import SOURCES, Source
from lentigo.data.sources.table import SourceTable, source_table
from lentigo.settings.errors import SettingsError


def test_entries_become_a_dict_and_only_the_first_sign_counts() -> None:
    assert parse_map(["nevus=NV", "a=b=c"]) == {"nevus": "NV", "a": "b=c"}


def test_an_entry_without_sign_is_refused() -> None:
    with pytest.raises(SettingsError, match="--map nevus"):
        parse_map(["nevus"])


def read_biopsies(folder: str | Path, class_map: Mapping[str, str] | None = None) -> SourceTable:
    """A form that Lentigo does not know: one line `picture finding` an image."""
    lines = [line.split() for line in (Path(folder) / "biopsies.dat").read_text().splitlines()]
    found = {"m": "MEL", "n": "NV", **(class_map or {})}
    rows = [(name.removesuffix(".png"), name, found[finding]) for name, finding in lines]
    table = pd.DataFrame(rows, columns=["image_id", "path", "class"])
    return source_table(table, Path(folder), {"source": "biopsies"})


@pytest.fixture
def biopsies(tmp_path: Path) -> Path:
    folder = tmp_path / "clinic"
    folder.mkdir()
    for number, shade in enumerate((40, 90, 140, 190)):
        Image.effect_noise((80, 80), shade).convert("RGB").save(folder / f"p{number}.png")
    (folder / "biopsies.dat").write_text("p0.png m\np1.png n\np2.png n\np3.png m\n")
    return folder


@pytest.mark.parametrize("asked", [[], ["--source", "biopsies"]], ids=["guessed", "named"])
def test_one_row_adds_a_source(
    asked: list[str],
    biopsies: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = Source(read_biopsies, lambda folder: (folder / "biopsies.dat").is_file())
    monkeypatch.setitem(SOURCES, "biopsies", row)
    assert main(["data", "import", str(biopsies), "--out", str(tmp_path / "data"), "--json", *asked]) == 0
    assert json.loads(capsys.readouterr().out)["class_counts"] == {"MEL": 2, "NV": 2}
    assert json.loads((tmp_path / "data" / "manifest.json").read_text())["source"] == "biopsies"
    assert main(["data", "import", "--help"]) == 0
    assert "labels, folder, biopsies" in " ".join(capsys.readouterr().out.split())


def test_an_unknown_source_gets_the_nearest_name(
    biopsies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["data", "import", str(biopsies), "--out", str(tmp_path / "data")]
    assert main([*arguments, "--source", "isci"]) == 2
    said = capsys.readouterr().err
    assert "did you mean isic?" in said
    assert f"guess or one of {', '.join(SOURCES)}" in said
