"""Event files hold what was told, read back with the messages of the package that wrote them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lentigo.api.logs.log import RunLog
from lentigo.api.logs.tensorboard import PLACE, open_tensorboard
from lentigo.settings.run import RunDirectory

event_pb2 = pytest.importorskip("tensorboardX.proto.event_pb2", reason="tensorboardX is not installed")


def events(folder: Path) -> Iterator[Any]:
    """Records of all event files: length, its checksum, content, its checksum."""
    for file in folder.glob("events.*"):
        content, place = file.read_bytes(), 0
        while place < len(content):
            (length,) = struct.unpack_from("<Q", content, place)
            yield event_pb2.Event.FromString(content[place + 12 : place + 12 + length])
            place += length + 16


def test_curves_settings_pictures_and_recipe_are_there_once(
    begun_run: RunDirectory, rows: list[dict[str, Any]]
) -> None:
    for _ in range(2):  # the second time it goes on from the same history
        listener = RunLog(open_tensorboard)
        listener.training_started(begun_run)
        listener.epoch_ended(rows[1])
        begun_run.update_record(status="interrupted")
        listener.training_ended(begun_run)
    values = [
        (event.step, value) for event in events(begun_run.path / PLACE) for value in event.summary.value
    ]
    losses = [(step, value.simple_value) for step, value in values if value.tag == "loss/train"]
    assert losses == [(1, 2.0), (2, 1.0)]
    pictures = [value.image for _, value in values if value.HasField("image")]
    assert [(picture.width > 300, picture.encoded_image_string[:4]) for picture in pictures] == [
        (True, b"\x89PNG")
    ]
    texts = b"".join(part for _, value in values for part in value.tensor.string_val).decode()
    assert "efficientnet-lite0" in texts
    assert "| stages.0.lr | 0.003 |" in texts
    assert "interrupted" in texts
