"""Files are read by processes that can be ended: by their own limits, and by whoever no longer waits."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from lentigo.bundle.ending import Ended, Ending
from lentigo.bundle.format import BundleInput
from lentigo.bundle.reading import read_image
from lentigo.service.admission.limits import Limits
from lentigo.service.work.readers import Readers
from lentigo.service.work.workers import Postponed
from lentigo.settings.errors import ImageError

SIZE = BundleInput(16, 24, "squash")
unix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such timer")


@pytest.fixture
def make() -> Iterator[Callable[..., Readers]]:
    made: list[Readers] = []

    def make(**limits: float) -> Readers:
        made.append(Readers(SIZE, replace(Limits(), **limits)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for readers in made:
        readers.stop()


@pytest.fixture(scope="module")
def large() -> bytes:
    """3000 x 2000 pixels of noise as a PNG, which takes some 100 ms."""
    pixels = np.random.default_rng(0).integers(0, 256, (2000, 3000, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=0)
    return buffer.getvalue()


def read(readers: Readers, content: bytes, is_slow: bool = True) -> str:
    """The reason for which a file is refused; empty when it is read."""
    try:
        readers.read(content, Ending(), is_slow=is_slow)
    except ImageError as error:
        return str(error)
    return ""


def test_pixels_and_warnings_are_those_of_this_process(
    make: Callable[..., Readers], pngs: list[bytes], large: bytes
) -> None:
    readers = make()
    for content in (*pngs, large):
        pixels, warnings = readers.read(content, Ending(), is_slow=True)
        expected, expected_warnings = read_image(content, SIZE.height, SIZE.width, "squash")
        np.testing.assert_array_equal(pixels, expected)
        assert warnings == expected_warnings
    assert len(readers._all) == 1, "one after the other need one process"


def test_what_is_no_image_is_refused_for_the_same_reason(make: Callable[..., Readers], png: bytes) -> None:
    readers = make()
    for content in (b"", b"text", b"%PDF-1.7", png[:-40]):
        with pytest.raises(ImageError) as expected:
            read_image(content, SIZE.height, SIZE.width, "squash")
        assert read(readers, content) == str(expected.value)


def test_an_image_of_many_pixels_is_postponed_unless_it_may_take_long(
    make: Callable[..., Readers], large: bytes
) -> None:
    readers = make(quick_pixels=5_999_999, quick_seconds=9)
    with pytest.raises(Postponed):
        read(readers, large, is_slow=False)
    assert read(readers, large) == ""
    assert read(make(quick_pixels=6_000_000, quick_seconds=9), large, is_slow=False) == ""


@unix_only
def test_what_takes_long_is_postponed_and_then_refused(
    make: Callable[..., Readers], large: bytes, png: bytes
) -> None:
    readers = make(quick_seconds=0.02, slow_seconds=0.03, quick_pixels=10**9)
    with pytest.raises(Postponed):
        read(readers, large, is_slow=False)
    assert "takes more than 0.03 s" in read(readers, large)
    assert read(readers, png) == "", "another process has taken its place"


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="the system does not bound memory")
def test_what_takes_much_memory_is_refused(make: Callable[..., Readers], large: bytes, png: bytes) -> None:
    readers = make(reading_bytes=30_000_000)  # more than the file alone needs, less than its pixels do
    assert read(readers, large) != ""
    assert read(readers, png) == ""


@unix_only
def test_a_process_is_ended_when_nobody_waits_any_more(make: Callable[..., Readers], png: bytes) -> None:
    readers = make()
    assert read(readers, png) == ""
    (first,) = readers._all
    os.kill(first._process.pid, signal.SIGSTOP)  # it reads for ever
    ending, found = Ending(), []

    def wait() -> None:
        with pytest.raises(Ended):
            readers.read(png, ending, is_slow=True)
        found.append(True)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.1)
    assert not found
    ending.set()
    thread.join(timeout=5)
    assert found == [True]
    assert first._process.returncode == -signal.SIGKILL
    assert read(readers, png) == ""


@unix_only
def test_a_crash_is_the_files_fault_and_the_next_one_is_read(
    make: Callable[..., Readers], png: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    readers = make()
    assert read(readers, png) == ""
    (first,) = readers._all
    os.kill(first._process.pid, signal.SIGSTOP)
    threading.Timer(0.2, os.kill, (first._process.pid, signal.SIGSEGV)).start()
    threading.Timer(0.3, os.kill, (first._process.pid, signal.SIGCONT)).start()
    assert "made its reader fail" in read(readers, png)
    assert f"ended with {-signal.SIGSEGV}" in caplog.text
    assert read(readers, png) == ""


def test_after_a_stop_nothing_is_left(make: Callable[..., Readers], png: bytes) -> None:
    readers = make()
    readers.start(2)
    assert read(readers, png) == ""
    processes = [reader._process for reader in readers._all]
    readers.stop()
    assert len(processes) == 3, "two, and one for what takes long"
    assert all(process.wait(timeout=5) for process in processes)
    with pytest.raises(Ended):
        readers.read(png, Ending(), is_slow=True)


@unix_only
def test_processes_end_with_the_service(make: Callable[..., Readers]) -> None:
    readers = make()
    readers.start(1)
    for one in readers._all:
        assert one._process.stdin
        one._process.stdin.close()
        assert one._process.wait(timeout=10) == 0, "it ends by itself when nobody can ask it any more"
