"""What is cached is listed with its size, and deleted only when nobody writes."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from lentigo.api.data.caching import cached, clear_cache
from lentigo.data.cache import open_cache
from lentigo.data.manifest import load_manifest
from lentigo.settings.errors import DataError
from lentigo.settings.recipe import Input


@pytest.fixture
def filled(copied_data: Path) -> Path:
    cache = open_cache(load_manifest(copied_data), Input(16, 20))
    stored = cache.folder / "stored" / "abc"
    stored.mkdir(parents=True)
    (stored / "values.bin").write_bytes(b"x" * 1000)
    return copied_data


def test_pixels_and_activations_are_listed_apart(filled: Path) -> None:
    pixels, activations = cached(filled)
    assert (pixels["kind"], activations["kind"]) == ("pixels", "activations")
    assert pixels["path"].endswith("16x20-squash")
    assert pixels["bytes"] > len(load_manifest(filled).table) * 16 * 20 * 3
    assert activations["bytes"] == 1000


def test_all_is_deleted_but_the_manifest_and_made_again(filled: Path) -> None:
    assert len(clear_cache(filled)) == 2
    assert cached(filled) == []
    open_cache(load_manifest(filled), Input(16, 20))
    assert len(cached(filled)) == 1


def test_what_is_being_written_is_left_alone(filled: Path) -> None:
    lock = Path(cached(filled)[1]["path"]) / "lock"
    with lock.open("a+b") as handle:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
        with pytest.raises(DataError, match="is being written"):
            clear_cache(filled)
    assert len(clear_cache(filled)) == 2
