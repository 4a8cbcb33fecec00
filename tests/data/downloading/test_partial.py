"""What has come of a file, noted so that another command can go on."""

from __future__ import annotations

from pathlib import Path

from lentigo.data.downloading.partial import partial_at


def test_a_note_is_found_again(tmp_path: Path) -> None:
    partial = partial_at(tmp_path / "a.part")
    assert (partial.size, partial.is_whole, partial.validator) == (0, False, "")
    partial.begin("http://one/a", '"tag"', 3)
    (tmp_path / "a.part").write_bytes(b"ab")
    again = partial_at(tmp_path / "a.part")
    assert (again.address, again.validator, again.total, again.size) == ("http://one/a", '"tag"', 3, 2)
    assert not again.is_whole
    (tmp_path / "a.part").write_bytes(b"abc")
    assert again.is_whole
    again.discard()
    assert list(tmp_path.iterdir()) == []
