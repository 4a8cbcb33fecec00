"""State dicts: what PyTorch writes is read; what could run code, or is damaged, is refused."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lentigo.models.lite.state_dict import read_state_dict
from lentigo.settings.errors import ModelError

from ..conftest import Writer, write_row_of_pickles, write_zip


def test_tensors_come_back_with_their_types_and_layouts(tmp_path: Path, write_state_dict: Writer) -> None:
    numbers = np.arange(24, dtype=np.float32)
    tensors = {
        "plain": numbers.reshape(2, 3, 4),
        "turned": numbers.reshape(4, 6).T,
        "half": np.array([0.5, -2.0], np.float16),
        "count": np.array(7, np.int64),
    }
    read = read_state_dict(write_state_dict(tmp_path / "state.pth", tensors))
    assert list(read) == list(tensors)
    for name, expected in tensors.items():
        np.testing.assert_array_equal(read[name], expected)
        assert read[name].dtype == expected.dtype


class Evil:
    """Unpickling it makes a directory."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.path,)


def test_code_is_refused_and_not_run(tmp_path: Path, write_state_dict: Writer) -> None:
    trace = tmp_path / "trace"
    path = write_state_dict(tmp_path / "evil.pth", {"weight": Evil(trace)})
    with pytest.raises(ModelError, match=r"refused: 'weight' is not a tensor but .*mkdir"):
        read_state_dict(path)
    assert not trace.exists()


def test_something_else_than_tensors_is_refused(tmp_path: Path, write_state_dict: Writer) -> None:
    with pytest.raises(ModelError, match="'epoch' is not a tensor but int"):
        read_state_dict(write_state_dict(tmp_path / "checkpoint.pth", {"epoch": 3}))


@pytest.mark.usefixtures("fake_torch")
def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = write_row_of_pickles(tmp_path / "state.pth", {"a": np.ones(100, np.float32)})
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match="length"):
        read_state_dict(path)


@pytest.mark.usefixtures("fake_torch")
def test_a_missing_storage_is_refused(tmp_path: Path) -> None:
    whole = write_zip(tmp_path / "whole.pth", {"a": np.ones(3, np.float32)})
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(tmp_path / "cut.pth", "w") as cut:
        cut.writestr("archive/data.pkl", archive.read("archive/data.pkl"))
    with pytest.raises(ModelError, match="storage 0 is missing"):
        read_state_dict(tmp_path / "cut.pth")


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.pth").write_text("no weights")
    with zipfile.ZipFile(tmp_path / "zip.pth", "w") as archive:
        archive.writestr("hello", "no weights")
    for name in ("text.pth", "zip.pth", "absent.pth"):
        with pytest.raises(ModelError):
            read_state_dict(tmp_path / name)


@pytest.mark.usefixtures("fake_torch")
def test_a_tensor_cannot_reach_beyond_its_storage(tmp_path: Path) -> None:
    inside = np.arange(4, dtype=np.float32)
    beyond = np.lib.stride_tricks.as_strided(inside, (3,), (8,))  # 0, 2 and 4 of 3 numbers stored
    path = write_zip(tmp_path / "beyond.pth", {"a": beyond})
    with pytest.raises(ModelError, match="beyond its storage"):
        read_state_dict(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_answered_by_our_error(tmp_path: Path, fake_torch: None, data: st.DataObject) -> None:
    tensors = {"a.weight": np.ones((2, 3), np.float32), "a.bias": np.zeros(2, np.float32)}
    content = bytearray(write_row_of_pickles(tmp_path / "whole.pth", tensors).read_bytes())
    for position in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[position] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.pth"
    path.write_bytes(content)
    try:
        read = read_state_dict(path)
    except ModelError:
        return
    assert all(isinstance(array, np.ndarray) for array in read.values())
