"""The commands that remedy what an audit has found."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from lentigo.api.data.remedies import remedy_commands, split_command


def commands(codes: list[str], out: Path | None, **data: Any) -> list[str]:
    return remedy_commands([{"code": code, "status": "found"} for code in codes], data, out)


def test_copies_without_a_split_are_linked_alone(copied_data: Path) -> None:
    manifest = str(copied_data / "manifest.csv")
    link = f"lentigo data link {copied_data} {copied_data / 'audit' / 'pairs.csv'}"
    assert commands(["G501"], copied_data / "audit", manifest=manifest) == [link]
    assert commands(["G501"], None, manifest=manifest) == [], "pairs.csv has not been written"


def test_links_that_the_manifest_knows_need_another_split_only(copied_data: Path) -> None:
    places = {"manifest": str(copied_data / "manifest.csv"), "split": str(copied_data / "split.csv")}
    again = f"lentigo split {copied_data} --fractions 0.6,0.2,0.2 --force"
    assert commands(["L106"], copied_data, **places) == [again]
    assert commands(["G502", "S301"], copied_data, **places) == []
    assert commands(["L106"], copied_data, **places, random_folds=5) == []


def test_lists_of_others_are_theirs_to_remedy() -> None:
    assert commands(["G501", "L104"], Path("audit"), lists={"train": "a.csv"}) == []


def test_a_split_is_made_again_where_it_was_but_not_inside_a_run(copied_data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(copied_data, other)
    options = "--fractions 0.6,0.2,0.2"
    assert split_command(copied_data, other / "split.csv") == (
        f"lentigo split {copied_data} {options} --out {other / 'split.csv'} --force"
    )
    (other / "run.json").write_text("{}")
    assert split_command(copied_data, other / "split.csv") == f"lentigo split {copied_data} {options} --force"
    assert split_command(tmp_path / "new") == f"lentigo split {tmp_path / 'new'}"
