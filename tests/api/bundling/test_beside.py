"""Who is told what: one model, several, and none that takes anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lentigo.api.bundling.beside import encodings_of, known_beside
from lentigo.bundle.loading import load_bundle
from lentigo.data.metadata.encoding import NOTHING, Known
from lentigo.data.tables import LentigoWarning
from lentigo.settings.errors import SettingsError
from lentigo.settings.run import RunDirectory

FILES = [Path("a/one.jpg"), Path("b/two.png")]
OLD = Known(80.0, "female", "face")


@pytest.fixture
def told(told_bundle_path: Path) -> Any:
    return load_bundle(told_bundle_path)


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text)
    return path


def test_one_fact_is_of_all_images(told: Any) -> None:
    assert known_beside(told, FILES, OLD, None) == [OLD, OLD]
    assert known_beside(told, FILES, NOTHING, None) == [NOTHING, NOTHING]


def test_a_table_tells_each_image_its_own(told: Any, tmp_path: Path) -> None:
    rows = table(tmp_path, "image,age_approx,site\ntwo,80,face\none,7,back\n")
    assert known_beside(told, FILES, NOTHING, rows) == [Known(7.0, site="back"), Known(80.0, site="face")]


def test_strange_words_and_missing_rows_are_told_and_not_guessed(told: Any, tmp_path: Path) -> None:
    rows = table(tmp_path, "image,site\none,arm\n")
    with pytest.warns(LentigoWarning) as said:
        assert known_beside(told, FILES, NOTHING, rows) == [Known(site="arm"), NOTHING]
    texts = [str(one.message) for one in said]
    assert any("1 of 2 images are not in it" in text for text in texts)
    assert any("site 'arm' (1)" in text and "the model knows back, face" in text for text in texts)


@pytest.mark.parametrize(
    ("known", "with_table", "reason"),
    [(Known(site="arm"), False, "expected back, face"), (OLD, True, "give one of the two")],
)
def test_what_cannot_be_is_said(
    told: Any, tmp_path: Path, known: Known, with_table: bool, reason: str
) -> None:
    rows = table(tmp_path, "image,site\none,face\n") if with_table else None
    with pytest.raises(SettingsError, match=reason):
        known_beside(told, FILES, known, rows)


def test_a_model_of_images_alone_is_told_nothing(bundle_path: Path) -> None:
    with pytest.raises(SettingsError, match="takes images alone"):
        known_beside(load_bundle(bundle_path), FILES, OLD, None)


def test_runs_say_what_they_take(small_job: Any, told_job: Any) -> None:
    assert encodings_of(RunDirectory.existing(small_job.run)) == []
    (found,) = encodings_of(RunDirectory.existing(told_job.run))
    assert found.fields == ("age", "sex", "site")
