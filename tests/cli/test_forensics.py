"""`lentigo forensics`: the study's figures, an honest pair, and what it must never say."""

from __future__ import annotations

import json

import pytest

from lentigo.cli.app import main

STUDY = [
    "forensics", "--dataset", "isic2019", "--matrix", "2667,142,228,1184", "--matrix", "1388,16,31,1381",
    "--pair", "4221:0.9064,2816:0.9833",
]  # fmt: skip


def test_the_study(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*STUDY, "--same-weights"]) == 0
    said = capsys.readouterr().out
    assert "matches MEL + BCC + SCC at 1/6" in said
    assert "balanced accuracy 0.894 [0.884, 0.904]" in said
    assert "Impossible by chance, p = 10^-65" in said
    assert "0.977 to 0.988" in said
    assert "0.9823 is predicted" in said
    assert "is explained by a re-split" in said
    assert "not a fact" in said


def test_without_the_same_weights_it_only_says_what_would_follow(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(STUDY) == 0
    said = capsys.readouterr().out
    assert "If both came from the same weights" in said
    assert "explained" not in said


def test_an_honest_pair(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forensics", "--pair", "4221:0.9064,2816:0.9010", "--same-weights"]) == 0
    said = capsys.readouterr().out
    assert "no whole number of errors among 2,816 images gives 0.9010" in said
    assert "cannot be told" in said
    assert "explained" not in said


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*STUDY, "--same-weights", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["matrices"][0]["groupings"][0]["fraction"] == "1/6"
    assert found["is_explained_by_resplit"] is True


def test_what_a_set_of_mostly_benign_images_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forensics", "--pair", "2533:80%,33126:98.03%", "--same-weights"]) == 0
    said = capsys.readouterr().out
    assert "Impossible by size" in said
    assert "no re-split" in said


def test_other_data_by_their_classes(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--classes", "benign=900,malignant=300", "--matrix", "170,10,9,51", "--json"]
    assert main(["forensics", *words]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["dataset"] == ""
    assert found["matrices"][0]["groupings"][0]["fraction"] == "1/5"


def test_mistakes_say_what_is_expected(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forensics", "--matrix", "1,2,3"]) == 2
    assert "four counts" in capsys.readouterr().err
