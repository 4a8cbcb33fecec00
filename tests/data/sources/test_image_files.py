"""Where images lie: beside the table, in folders, in a folder inside a folder."""

from __future__ import annotations

from pathlib import Path

from lentigo.data.sources.image_files import find_images


def test_the_least_deep_file_of_a_name_counts(tmp_path: Path) -> None:
    for name in ("a.jpg", "part_2/a.jpg", "part_1/b.JPG", "part_2/b.png", "in/in/c.jpeg", "part_1/notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert find_images(tmp_path) == {"a": "a.jpg", "b": "part_1/b.JPG", "c": "in/in/c.jpeg"}
