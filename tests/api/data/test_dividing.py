"""A manifest is divided where one would look for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.api.data.dividing import divide
from lentigo.data.split import load_split
from lentigo.settings.errors import SplitError


def test_the_split_lies_beside_the_manifest_or_where_it_is_asked_for(
    copied_data: Path, tmp_path: Path
) -> None:
    facts = divide(copied_data, overwrite=True, seed=3)
    assert facts["path"] == str(copied_data / "split.csv")
    assert load_split(facts["path"]).hash == facts["hash"]
    (tmp_path / "there").mkdir()
    assert divide(copied_data, tmp_path / "there", seed=3)["path"] == str(tmp_path / "there" / "split.csv")
    with pytest.raises(SplitError):
        divide(copied_data)
