"""Damage is noticed wherever it is, and layout does not count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lentigo.settings.errors import FileError, LentigoError
from lentigo.settings.reading import Document
from lentigo.settings.sealing import SEAL, check_sealed_text, read_sealed, sealed_text, write_sealed

VALUES = {"name": "ä", "shares": [0.1, 1.0, 1e-300], "counts": {"MEL": 3}, "none": None}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_sealed(path, VALUES)
    assert read_sealed(path) == VALUES
    write_sealed(path, json.loads(path.read_text()))  # its old seal does not count
    assert read_sealed(path) == VALUES


def test_every_flipped_bit_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_sealed(path, VALUES)
    whole = path.read_bytes()
    refused = 0
    for place in range(len(whole)):
        for bit in range(8):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
            try:
                found = read_sealed(path)
            except FileError:
                refused += 1
            else:
                assert {key: found[key] for key in VALUES} == VALUES
    assert refused > 7 * len(whole) / 2


def test_layout_does_not_count_and_old_files_have_no_seal(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_sealed(path, VALUES)
    values = json.loads(path.read_text())
    path.write_text(json.dumps(dict(reversed(values.items()))))
    assert read_sealed(path) == VALUES
    del values[SEAL]
    path.write_text(json.dumps(values))
    assert read_sealed(path) == VALUES


def test_a_value_changed_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_sealed(path, VALUES)
    path.write_text(path.read_text().replace("MEL", "NEV"))
    with pytest.raises(FileError, match="was changed after it was written"):
        read_sealed(path)


def test_a_text_is_sealed_by_its_first_line() -> None:
    document = Document("recipe.toml")
    text = sealed_text('name = "one"\n')
    check_sealed_text(text, document)
    check_sealed_text('name = "one"\n', document)
    with pytest.raises(LentigoError, match=r"recipe\.toml was changed"):
        check_sealed_text(text.replace("one", "two"), document)
