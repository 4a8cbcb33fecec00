from __future__ import annotations

import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lentigo.data import cache
from lentigo.data.cache import open_cache
from lentigo.data.images.pixels import decode
from lentigo.data.manifest import Manifest, replace_manifest
from lentigo.settings.errors import DataError, FileError
from lentigo.settings.files import sha256_of
from lentigo.settings.recipe import Input

SMALL = Input(height=24, width=32)
NUM_IMAGES = 11


@pytest.fixture
def manifest(
    tmp_path: Path, make_table: Callable[..., object], draw_image: Callable[..., None]
) -> Iterator[Manifest]:
    """Eleven saved images, decoded in blocks of 4."""
    names = [f"{seed:02}.jpg" for seed in range(NUM_IMAGES)]
    for seed, name in enumerate(names):
        draw_image(tmp_path / "images" / name, seed)
    hashes = [sha256_of(tmp_path / "images" / name) for name in names]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "BLOCK", 4)
        table = make_table(path=names, sha256=hashes)
        yield replace_manifest(tmp_path, table, tmp_path / "images", ("MEL", "NV"), {})


def pixels_file(manifest: Manifest) -> Path:
    return manifest.image_root.parent / "pixels" / "24x32-squash" / "images.npy"


def count_decodes(patch: pytest.MonkeyPatch, fail_after: int | None = None) -> list[int]:
    calls: list[int] = []

    def counted(*arguments: object) -> object:
        calls.append(1)
        if fail_after is not None and len(calls) > fail_after:
            raise KeyboardInterrupt
        return decode(*arguments)

    patch.setattr(cache, "decode", counted)
    return calls


def test_the_cache_holds_what_decoding_gives_in_the_order_of_the_manifest(manifest: Manifest) -> None:
    ticks: list[tuple[int, int]] = []
    opened = open_cache(manifest, SMALL, progress=lambda done, total: ticks.append((done, total)))
    expected = np.stack([decode(path, 24, 32, "squash") for path in manifest.paths()])
    np.testing.assert_array_equal(opened.images, expected)
    assert not opened.images.flags.writeable
    assert ticks == [(done, NUM_IMAGES) for done in range(1, NUM_IMAGES + 1)]
    assert opened.rows(["image-00007", "image-00002"]).tolist() == [7, 2]
    assert opened.folder == pixels_file(manifest).parent


def test_images_are_decoded_once(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = count_decodes(monkeypatch)
    for _ in range(3):
        open_cache(manifest, SMALL)
    assert len(calls) == NUM_IMAGES


def test_other_sizes_and_ways_to_resize_have_caches_of_their_own(manifest: Manifest) -> None:
    padded = open_cache(manifest, Input(height=24, width=32, resize="pad"))
    large = open_cache(manifest, Input(height=40, width=40))
    assert padded.folder != large.folder
    assert large.images.shape == (NUM_IMAGES, 40, 40, 3)
    expected = decode(manifest.paths()[3], 24, 32, "pad")
    np.testing.assert_array_equal(padded.images[3], expected)


def test_a_killed_build_goes_on_where_it_was(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        # the interpreter stops at an image of the second block: one block of 4 is on record
        count_decodes(patch, fail_after=5)
        with pytest.raises(KeyboardInterrupt):
            open_cache(manifest, SMALL)
    calls = count_decodes(monkeypatch)
    opened = open_cache(manifest, SMALL)
    assert len(calls) == NUM_IMAGES - 4
    expected = np.stack([decode(path, 24, 32, "squash") for path in manifest.paths()])
    np.testing.assert_array_equal(opened.images, expected)


BUILD = """
import sys
from lentigo.data.cache import open_cache
from lentigo.data.manifest import load_manifest
from lentigo.settings.recipe import Input
print(int(open_cache(load_manifest(sys.argv[1]), Input(24, 32)).images.sum()))
"""


def test_two_processes_build_one_cache(manifest: Manifest) -> None:
    command = [sys.executable, "-c", BUILD, str(manifest.image_root.parent)]
    builders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    sums = [int(builder.communicate(timeout=120)[0]) for builder in builders]
    expected = sum(int(decode(path, 24, 32, "squash").sum()) for path in manifest.paths())
    assert sums == [expected, expected]


def test_a_builder_waits_for_another_one(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, False, True])
    waits: list[float] = []
    monkeypatch.setattr(cache, "try_lock", lambda descriptor: next(answers))
    monkeypatch.setattr(cache.time, "sleep", waits.append)
    open_cache(manifest, SMALL)
    assert len(waits) == 2


def test_changed_images_are_decoded_anew(
    manifest: Manifest, draw_image: Callable[..., None], tmp_path: Path
) -> None:
    before = open_cache(manifest, SMALL).images[3].copy()
    draw_image(manifest.paths()[3], seed=99)
    table = manifest.table.copy()
    table.loc[3, "sha256"] = sha256_of(manifest.paths()[3])
    other = Manifest(table, manifest.image_root, manifest.class_names, manifest.path)
    after = open_cache(other, SMALL).images[3]
    assert (after != before).any()
    np.testing.assert_array_equal(after, decode(manifest.paths()[3], 24, 32, "squash"))


@pytest.mark.parametrize("place", [-1, -24 * 32 * 3 * 10])
def test_a_flipped_bit_is_found(manifest: Manifest, place: int) -> None:
    open_cache(manifest, SMALL)
    content = bytearray(pixels_file(manifest).read_bytes())
    content[place] ^= 1
    pixels_file(manifest).write_bytes(content)
    with pytest.raises(DataError, match=r"damaged from row .*delete that folder"):
        open_cache(manifest, SMALL)


def test_a_truncated_file_and_a_damaged_head_are_found(manifest: Manifest) -> None:
    open_cache(manifest, SMALL)
    content = pixels_file(manifest).read_bytes()
    for broken in (content[:2000], content[:50], b"", b"x" * 20 + content[20:]):
        pixels_file(manifest).write_bytes(broken)
        with pytest.raises(DataError, match="cannot be read; delete that folder"):
            open_cache(manifest, SMALL)


def test_a_file_that_changed_since_the_import_is_refused(
    manifest: Manifest, draw_image: Callable[..., None]
) -> None:
    draw_image(manifest.paths()[5], seed=99)
    with pytest.raises(DataError, match=r"05\.jpg has changed since it was imported; import"):
        open_cache(manifest, SMALL)


def test_a_file_that_vanished_is_named(manifest: Manifest) -> None:
    manifest.paths()[5].unlink()
    with pytest.raises(DataError, match=r"05\.jpg.*import"):
        open_cache(manifest, SMALL)


def test_an_image_without_a_hash_that_cannot_be_decoded_is_named(manifest: Manifest) -> None:
    manifest.paths()[5].write_bytes(b"\xff\xd8\xff\xe0\0\x10 nothing")
    table = manifest.table.assign(sha256="")
    unhashed = Manifest(table, manifest.image_root, manifest.class_names, manifest.path)
    with pytest.raises(DataError, match=r"05\.jpg: truncated.*import the images again"):
        open_cache(unhashed, SMALL)


def test_a_full_disk_is_noticed_before_decoding(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = count_decodes(monkeypatch)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(2**40, 2**40, 2**20))
    with pytest.raises(FileError, match=r"images\.npy: it needs 209\.\d MB and 1\.0 MB are free"):
        open_cache(manifest, SMALL)
    assert not calls
    assert not pixels_file(manifest).exists()


def test_a_manifest_that_is_not_saved_needs_a_folder(manifest: Manifest, tmp_path: Path) -> None:
    unsaved = Manifest(manifest.table, manifest.image_root, manifest.class_names)
    with pytest.raises(DataError, match="not saved"):
        open_cache(unsaved, SMALL)
    opened = open_cache(unsaved, SMALL, tmp_path / "elsewhere")
    assert opened.folder == tmp_path / "elsewhere" / "24x32-squash"


def test_nothing_of_the_files_but_pixels_is_kept(manifest: Manifest) -> None:
    image = Image.open(manifest.paths()[0])
    exif = Image.Exif()
    exif[0x010E] = "patient: a name"
    image.save(manifest.paths()[0], exif=exif)
    table = manifest.table.assign(sha256="")
    opened = open_cache(Manifest(table, manifest.image_root, manifest.class_names, manifest.path), SMALL)
    for file in opened.folder.iterdir():
        assert b"a name" not in file.read_bytes()
