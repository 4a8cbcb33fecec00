"""The commands that mend what an audit has found."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lentigo.api.mending import mending_commands, split_command


@pytest.fixture
def data(small_data: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("split.csv", "split.json"):
        shutil.copy(small_data.data / name, folder)
    return folder


def result(codes: list[str], **data: Any) -> dict[str, Any]:
    return {"checks": [{"code": code, "status": "found"} for code in codes], "data": data}


def test_copies_without_a_split_are_linked_alone(data: Path) -> None:
    found = result(["G501"], manifest=str(data / "manifest.csv"))
    link = f"lentigo data link {data} {data / 'audit' / 'pairs.csv'}"
    assert mending_commands(found, data / "audit") == [link]
    assert mending_commands(found, None) == [], "pairs.csv has not been written"


def test_links_that_the_manifest_knows_need_another_split_only(data: Path) -> None:
    places = {"manifest": str(data / "manifest.csv"), "split": str(data / "split.csv")}
    again = f"lentigo split {data} --fractions 0.6,0.2,0.2 --force"
    assert mending_commands(result(["L106"], **places), data) == [again]
    assert mending_commands(result(["G502", "S301"], **places), data) == []
    assert mending_commands(result(["L106"], **places, random_folds=5), data) == []


def test_lists_of_others_are_theirs_to_mend() -> None:
    assert mending_commands(result(["G501", "L104"], lists={"train": "a.csv"}), Path("audit")) == []


def test_a_split_is_made_again_where_it_was_but_not_inside_a_run(data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(data, other)
    options = "--fractions 0.6,0.2,0.2"
    assert split_command(data, other / "split.csv") == (
        f"lentigo split {data} {options} --out {other / 'split.csv'} --force"
    )
    (other / "run.json").write_text("{}")
    assert split_command(data, other / "split.csv") == f"lentigo split {data} {options} --force"
    assert split_command(tmp_path / "new") == f"lentigo split {tmp_path / 'new'}"
