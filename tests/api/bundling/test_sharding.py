"""Answers in shards: the same as at once, each written once, what is damaged or missing done again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lentigo.api.bundling import sharding
from lentigo.api.bundling.prediction import predict
from lentigo.api.bundling.sharding import is_whole, place, predict_shards
from lentigo.cli.app import main
from lentigo.cluster.executor import LocalExecutor
from lentigo.cluster.tasks import Task
from lentigo.data.metadata.encoding import Known
from lentigo.settings.errors import InUseError, RunError
from lentigo.settings.run import RunDirectory


class Elsewhere(LocalExecutor):
    """Runs here what has travelled as JSON, and remembers what that was."""

    is_elsewhere = True

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def submit(self, task: Task) -> None:
        self.names.append(task.name)
        super().submit(replace(task, arguments=json.loads(json.dumps(dict(task.arguments)))))


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Seven drawn images and a file that is none, for shards of three."""
    monkeypatch.setattr(sharding, "SHARD_FILES", 3)
    folder = tmp_path / "images"
    folder.mkdir()
    generator = np.random.default_rng(0)
    for number in range(7):
        pixels = generator.integers(0, 256, (40, 50, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    (folder / "4b.png").write_bytes(b"not an image")
    return folder


def test_shards_answer_as_one_call_does(bundle_path: Path, images: Path, tmp_path: Path) -> None:
    whole = list(predict(bundle_path, [images]))
    executor = Elsewhere()
    rows = list(predict_shards(bundle_path, [images], tmp_path / "out", executor))
    assert executor.names == ["shard 1 of 3", "shard 2 of 3", "shard 3 of 3"]
    assert rows == json.loads(json.dumps(whole))
    assert [bool(row["error"]) for row in rows] == [False] * 5 + [True] + [False] * 2
    done = json.loads(place(tmp_path / "out", 2, "done").read_text())
    assert done["rows"] == 2


def test_what_is_whole_is_left_and_what_is_damaged_or_missing_is_done_again(
    bundle_path: Path, images: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    rows = list(predict_shards(bundle_path, [images], out, Elsewhere()))
    again = Elsewhere()
    assert list(predict_shards(bundle_path, [images], out, again)) == rows
    assert again.names == []
    place(out, 0, "done").unlink()  # killed before it was vouched for
    answers = place(out, 2, "jsonl")
    answers.write_text(answers.read_text().replace("0", "1", 1))
    assert [is_whole(out, number) for number in range(3)] == [False, True, False]
    assert list(predict_shards(bundle_path, [images], out, again)) == rows
    assert again.names == ["shard 1 of 3", "shard 3 of 3"]


def test_other_questions_need_another_folder(bundle_path: Path, images: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    list(predict_shards(bundle_path, [images], out, Elsewhere()))
    with pytest.raises(RunError, match="other files or options"):
        list(predict_shards(bundle_path, [images / "0.png"], out, Elsewhere()))
    with pytest.raises(RunError, match="other files or options"):
        list(predict_shards(bundle_path, [images], out, Elsewhere(), is_calibrated=False))
    with pytest.raises(RunError, match="is not a run"):
        list(predict_shards(images, [images], tmp_path / "new", Elsewhere()))
    with RunDirectory(out).locked(), pytest.raises(InUseError, match="in use by process"):
        list(predict_shards(bundle_path, [images], out, Elsewhere()))


def test_what_is_known_beside_the_images_travels(
    told_bundle_path: Path, images: Path, tmp_path: Path
) -> None:
    known = Known(60.0, "female", "back")
    whole = list(predict(told_bundle_path, [images], known=known))
    rows = list(predict_shards(told_bundle_path, [images], tmp_path / "out", Elsewhere(), known=known))
    assert rows == json.loads(json.dumps(whole))


def test_two_processes_write_the_table_that_one_does(
    bundle_path: Path, images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, out = tmp_path / "one.csv", tmp_path / "out"
    assert main(["predict", str(bundle_path), str(images), "--out", str(one)]) == 1
    asked = ["predict", str(bundle_path), str(images), "--on", "processes:2"]
    assert main([*asked, "--out", str(out)]) == 1
    assert (out / "predictions.csv").read_bytes() == one.read_bytes()
    assert "shard 3 of 3: done" in capsys.readouterr().err
    assert main(asked) == 2
    assert "--on needs --out FOLDER" in capsys.readouterr().err
