"""Whole trainings: figures, resume after SIGKILL, damaged checkpoints, and what is refused."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections import namedtuple
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from blobs import CLASS_NAMES, NUM_TRAIN, NUM_VALIDATION, make_recipe

from lentigo.data.manifest import Manifest
from lentigo.data.split import Split, content_hash, save_split
from lentigo.models import build_network
from lentigo.models.weights_files import write_weights
from lentigo.settings.errors import FileError, RunError, SettingsError, SplitError
from lentigo.settings.processes.interrupt import Interrupted
from lentigo.settings.recipe import Augmentation, Balance, HeadLayer, Metadata, Model, Recipe, Stage, Task
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe
from lentigo.training import backend, loop, precision
from lentigo.training.inference import load_network, predict_part
from lentigo.training.progress import StageStart, StepDone, TrainingProgress
from lentigo.training.run import train_network
from lentigo.training.steps.learner import StepResult

Data = tuple[Manifest, Split]
CHILD = Path(__file__).with_name("child.py")


class Recorder(TrainingProgress):
    """Keeps what it is told, and may act after a given number of steps."""

    def __init__(self, act_after: int = -1, act: Any = None) -> None:
        self.events: list[StageStart | StepDone] = []
        self.rows: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.prepared: list[tuple[int, int]] = []
        self._act_after, self._act = act_after, act

    def preparing(self, done: int, total: int) -> None:
        self.prepared.append((done, total))

    def stage_started(self, event: StageStart) -> None:
        self.events.append(event)

    def step_done(self, event: StepDone) -> None:
        self.events.append(event)
        if self._act and self.num_steps == self._act_after:
            self._act()

    def epoch_ended(self, row: dict[str, Any]) -> None:
        self.rows.append(row)

    def note(self, text: str) -> None:
        self.notes.append(text)

    @property
    def num_steps(self) -> int:
        return sum(isinstance(event, StepDone) for event in self.events)


class Killed(BaseException):
    """Stands for a sudden end within the process."""


def kill() -> None:
    raise Killed


def weights_of(run: RunDirectory) -> list[np.ndarray]:
    return list(load_network(run).model.get_weights())


def assert_same_weights(one: list[np.ndarray], other: list[np.ndarray]) -> None:
    assert len(one) == len(other)
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.fixture(scope="module")
def undisturbed(blob_data: Data, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunDirectory, Recorder]:
    recorder = Recorder()
    run = train_network(make_recipe(), *blob_data, tmp_path_factory.mktemp("undisturbed") / "run", recorder)
    return run, recorder


def without_times(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    timed = ("seconds", "images_per_second", "input_wait_share")
    return [{key: value for key, value in row.items() if key not in timed} for row in rows]


def test_a_finished_run_holds_everything(undisturbed: tuple[RunDirectory, Recorder], blob_data: Data) -> None:
    run, recorder = undisturbed
    record = run.record()
    assert record["status"] == "finished"
    assert record["class_names"] == list(CLASS_NAMES)
    assert record["malignant"] == ["MEL", "BCC"]
    assert record["image_counts"] == {"train": NUM_TRAIN, "validation": NUM_VALIDATION, "test": 6}
    assert record["manifest"]["sha256"] == blob_data[0].sha256
    assert record["split"]["hash"] == blob_data[1].hash
    assert [stage["name"] for stage in record["stages"]] == ["head", "all"]
    assert [stage["epochs"] for stage in record["stages"]] == [1, 3]
    assert record["num_parameters"] > record["stages"][0]["num_trainable_parameters"]
    assert run.recipe() == make_recipe()
    assert run.history() == recorder.rows
    assert len(recorder.rows) == 4
    assert record["never_learning"] == []
    assert not run.checkpoints.exists()
    assert recorder.num_steps == 4 * NUM_TRAIN // 8


def test_the_network_learns(blob_data: Data, tmp_path: Path) -> None:
    recipe = replace(
        make_recipe(average_weights=0.0, optimizer="adam", weight_decay=0.0),
        augmentation=Augmentation(),
        model=Model(head=(HeadLayer("pool"),)),
        stages=(Stage(("all",), 8, 1e-2),),
    )
    rows = train_network(recipe, *blob_data, tmp_path / "run").history()
    assert rows[-1]["loss"] < 0.7 * rows[0]["loss"]
    assert max(row["val_accuracy"] for row in rows) > 0.8


def test_a_killed_run_ends_with_the_same_weights(
    undisturbed: tuple[RunDirectory, Recorder], blob_data: Data, tmp_path: Path
) -> None:
    manifest, split = blob_data
    assert manifest.path is not None
    save_split(manifest.path.parent / "split.csv", split, overwrite=True)
    command = [sys.executable, str(CHILD), str(manifest.path.parent), str(tmp_path / "run")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True) as child:  # type: ignore[call-overload]
        for _ in range(9):  # an epoch has 6 steps: this is in the middle of the second stage's first epoch
            assert child.stdout.readline() == "step\n"
            child.stdin.write("on\n")
            child.stdin.flush()
        child.send_signal(signal.SIGKILL)
    recorder = Recorder()
    run = train_network(make_recipe(), manifest, split, tmp_path / "run", recorder)
    assert "resumed at stage 2, epoch 1, batch" in recorder.notes[0]
    assert 24 - 10 <= recorder.num_steps <= 24 - 8
    assert_same_weights(weights_of(run), weights_of(undisturbed[0]))
    assert without_times(run.history()) == without_times(undisturbed[0].history())


@pytest.mark.slow
@pytest.mark.parametrize("after", range(1, 25))
def test_an_end_after_any_step_changes_nothing(
    undisturbed: tuple[RunDirectory, Recorder],
    blob_data: Data,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
) -> None:
    monkeypatch.setattr(loop, "SAVE_EVERY_SECONDS", 0.0)
    with pytest.raises(Killed):
        train_network(make_recipe(), *blob_data, tmp_path / "run", Recorder(after, kill))
    run = train_network(make_recipe(), *blob_data, tmp_path / "run")
    assert_same_weights(weights_of(run), weights_of(undisturbed[0]))


def test_auto_ends_as_it_began_though_it_resumes_on_another_machine(
    blob_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SAVE_EVERY_SECONDS", 0.0)
    recipe = one_epoch(precision="auto")

    def on_a_machine(speed_up: float) -> None:
        monkeypatch.setattr(precision, "has_bfloat16", lambda: True)
        monkeypatch.setattr(precision, "measured_speed_up", lambda: speed_up)

    on_a_machine(2.0)
    at_home = train_network(recipe, *blob_data, tmp_path / "home")
    with pytest.raises(Killed):
        train_network(recipe, *blob_data, tmp_path / "run", Recorder(3, kill))
    on_a_machine(0.5)
    recorder = Recorder()
    run = train_network(recipe, *blob_data, tmp_path / "run", recorder)
    assert recorder.num_steps < NUM_TRAIN // 8
    assert run.record()["precision"] == at_home.record()["precision"] == "mixed_bfloat16"
    assert "2.0 times" in run.record()["precision_reason"]
    assert load_network(run).backbone.dtype_policy.name == "mixed_bfloat16"
    assert_same_weights(weights_of(run), weights_of(at_home))
    other = train_network(recipe, *blob_data, tmp_path / "other")
    assert other.record()["precision"] == "float32"
    assert any((a != b).any() for a, b in zip(weights_of(other), weights_of(run), strict=True))


GROWING = replace(
    make_recipe(),
    metadata=Metadata(("age", "sex", "site")),
    stages=(
        Stage(("head",), 1, 5e-3, size=16),
        Stage(("all",), 2, 5e-3, size=20),
        Stage(("all",), 1, 5e-3, size=16),  # a size that has been: its dropout goes on, not back
        Stage(("all",), 1, 5e-3),
    ),
)


@pytest.fixture(scope="module")
def grown(blob_data: Data, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunDirectory, Recorder]:
    recorder = Recorder()
    run = train_network(GROWING, *blob_data, tmp_path_factory.mktemp("grown") / "run", recorder)
    return run, recorder


def test_small_stages_learn_small_and_the_network_that_is_kept_is_large(
    grown: tuple[RunDirectory, Recorder], blob_data: Data
) -> None:
    run, recorder = grown
    assert [row["stage_name"] for row in run.history()] == [
        "head at 16", "all at 20", "all at 20", "all at 16", "all",
    ]  # fmt: skip
    assert [stage["name"] for stage in run.record()["stages"]] == [
        "head at 16", "all at 20", "all at 16", "all",
    ]  # fmt: skip
    starts = [event for event in recorder.events if isinstance(event, StageStart)]
    assert [start.name for start in starts] == ["head at 16", "all at 20", "all at 16", "all"]
    assert load_network(run).pixels.shape[1:3] == (24, 32)
    found = predict_part(run, *blob_data, "validation")
    last = run.history()[-1]
    answered = np.asarray(found.class_names)[found.probabilities.argmax(axis=1)]
    assert float((answered == found.truth).mean()) == last["val_accuracy"]


def test_a_growing_run_ends_with_the_same_weights_though_it_was_killed_in_each_of_its_stages(
    grown: tuple[RunDirectory, Recorder], blob_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SAVE_EVERY_SECONDS", 0.0)
    stages = []
    for after in (3, 9, 11, 8):
        recorder = Recorder(after, kill)
        with pytest.raises(Killed):
            train_network(GROWING, *blob_data, tmp_path / "run", recorder)
        stages.append([event.name for event in recorder.events if isinstance(event, StageStart)][-1])
    assert stages == ["head at 16", "all at 20", "all at 16", "all"]
    run = train_network(GROWING, *blob_data, tmp_path / "run")
    assert_same_weights(weights_of(run), weights_of(grown[0]))
    assert without_times(run.history()) == without_times(grown[0].history())


def test_a_damaged_newest_checkpoint_costs_one_generation_and_no_difference(
    undisturbed: tuple[RunDirectory, Recorder], blob_data: Data, tmp_path: Path
) -> None:
    with pytest.raises(Killed):
        train_network(make_recipe(), *blob_data, tmp_path / "run", Recorder(20, kill))
    newest = max((tmp_path / "run" / "checkpoints").glob("checkpoint-*.json"))
    newest.write_bytes(newest.read_bytes()[:200])
    recorder = Recorder()
    run = train_network(make_recipe(), *blob_data, tmp_path / "run", recorder)
    assert "damaged and was passed over" in recorder.notes[0]
    assert "resumed at stage 2, epoch 2, batch 0" in recorder.notes[1]
    assert_same_weights(weights_of(run), weights_of(undisturbed[0]))


def test_a_stop_signal_ends_after_the_step_and_resumes(
    undisturbed: tuple[RunDirectory, Recorder], blob_data: Data, tmp_path: Path
) -> None:
    stopping = Recorder(8, lambda: signal.raise_signal(signal.SIGTERM))
    with pytest.raises(Interrupted, match=r"SIGTERM.*same command resumes"):
        train_network(make_recipe(), *blob_data, tmp_path / "run", stopping)
    assert stopping.num_steps == 8
    assert RunDirectory(tmp_path / "run").record()["status"] == "interrupted"
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    recorder = Recorder()
    run = train_network(make_recipe(), *blob_data, tmp_path / "run", recorder)
    assert recorder.num_steps == 24 - 8
    assert_same_weights(weights_of(run), weights_of(undisturbed[0]))


@pytest.mark.parametrize("after", [2, 10_000])
def test_a_training_gives_back_its_memory_however_it_ends(
    blob_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    released: list[str] = []
    monkeypatch.setattr(backend, "release", lambda found: released.extend(one.path for one in found))
    try:
        train_network(one_epoch(), *blob_data, tmp_path / "run", Recorder(after, kill))
    except Killed:
        assert after == 2
    optimizers = {path for path in released if path.startswith("adam")}
    assert any(path.endswith("learning_rate") for path in optimizers)
    assert "logits/kernel" in {path.removeprefix("head/") for path in set(released) - optimizers}


def test_a_finished_run_says_so_and_stays(
    undisturbed: tuple[RunDirectory, Recorder], blob_data: Data
) -> None:
    run, _ = undisturbed
    before = run.weights_file.stat().st_mtime_ns, run.record()
    recorder = Recorder()
    train_network(make_recipe(), *blob_data, run.path, recorder)
    assert "finished already" in recorder.notes[0]
    assert recorder.events == []
    assert (run.weights_file.stat().st_mtime_ns, run.record()) == before


def test_another_recipe_or_split_is_refused(
    undisturbed: tuple[RunDirectory, Recorder], blob_data: Data
) -> None:
    run, (manifest, split) = undisturbed[0], blob_data
    with pytest.raises(RunError, match="another recipe"):
        train_network(make_recipe(seed=7), manifest, split, run.path)
    parts = split.table["part"].replace({"test": "train"})
    table = split.table.assign(part=parts)
    with pytest.raises(RunError, match="another split"):
        train_network(make_recipe(), manifest, Split(table, content_hash(table)), run.path)


def test_a_split_that_parts_linked_images_is_told_before_the_first_epoch(
    blob_data: Data, tmp_path: Path
) -> None:
    manifest, split = blob_data
    table = manifest.table.assign(lesion_id=["l1" if row in (0, NUM_TRAIN) else "" for row in range(72)])
    recorder = Recorder(1, kill)
    with pytest.raises(Killed):
        train_network(make_recipe(), replace(manifest, table=table), split, tmp_path / "run", recorder)
    assert (
        sum(
            "two parts of this split: 1, the first" in note and "lentigo split" in note
            for note in recorder.notes
        )
        == 1
    )


def test_two_trainings_cannot_share_a_directory(blob_data: Data, tmp_path: Path) -> None:
    with RunDirectory(tmp_path).locked(), pytest.raises(RunError, match="in use"):
        train_network(make_recipe(), *blob_data, tmp_path)


def test_a_binary_task_groups_classes(blob_data: Data, tmp_path: Path) -> None:
    recipe = replace(one_epoch(), task=Task("binary", ("MEL", "BCC")))
    record = train_network(recipe, *blob_data, tmp_path / "run").record()
    assert record["class_names"] == ["benign", "malignant"]
    assert record["malignant"] == ["MEL", "BCC"]


def one_epoch(**training: object) -> Recipe:
    return replace(make_recipe(**training), stages=(Stage(("all",), 1, 1e-3),))


def test_mistaken_stages_stop_before_the_first_epoch(blob_data: Data, tmp_path: Path) -> None:
    recipe = replace(make_recipe(), stages=(Stage(("head", "blok3"), 1),))
    recorder = Recorder()
    with pytest.raises(SettingsError, match="block3"):
        train_network(recipe, *blob_data, tmp_path / "run", recorder)
    assert recorder.events == []
    assert RunDirectory(tmp_path / "run").record()["status"] == "failed"
    run = train_network(one_epoch(), *blob_data, tmp_path / "run")  # nothing was lost: so it may go on
    assert (run.record()["status"], run.record()["error"]) == ("finished", None)


def test_without_validation_only_the_last_weights_can_be_kept(blob_data: Data, tmp_path: Path) -> None:
    manifest, split = blob_data
    table = split.table.assign(part=split.table["part"].replace({"validation": "train"}))
    whole = Split(table, content_hash(table))
    with pytest.raises(SplitError, match="keep = 'last'"):
        train_network(one_epoch(), manifest, whole, tmp_path / "best")
    (row,) = train_network(one_epoch(keep="last"), manifest, whole, tmp_path / "last").history()
    assert row["val_loss"] is None


def test_an_exploding_loss_is_tried_again_more_gently_and_then_reported(
    blob_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop.Learner, "step", lambda *_: StepResult(float("nan"), np.zeros((3, 3))))
    recorder = Recorder()
    with pytest.raises(RunError, match="after going back 3 times"):
        train_network(one_epoch(), *blob_data, tmp_path / "run", recorder)
    assert [note.rpartition(" ")[2] for note in recorder.notes] == ["0.0005", "0.00025", "0.000125"]
    assert "nan" in RunDirectory(tmp_path / "run").record()["error"]


class Short:
    """A memory that holds the gradients of so many images at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, num_images: int) -> None:
        self.sizes: list[int] = []
        original = loop.Learner._pass

        def guarded(learner: loop.Learner, batch: Any) -> StepResult:
            self.sizes.append(len(batch[0]))
            result = original(learner, batch)  # some weights have changed before memory runs out
            if len(batch[0]) > num_images:
                raise tf_error("OOM when allocating tensor with shape[8,24,32,16]")
            return result

        monkeypatch.setattr(loop.Learner, "_pass", guarded)


def tf_error(text: str) -> Exception:
    """What TensorFlow raises."""
    return type("ResourceExhaustedError", (Exception,), {})(text)


def test_out_of_memory_halves_the_pieces_says_so_and_resumes_bit_by_bit(
    blob_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, recorder = Short(monkeypatch, num_images=2), Recorder()
    whole = train_network(make_recipe(), *blob_data, tmp_path / "whole", recorder)
    assert memory.sizes[:3] == [8, 4, 2]
    assert set(memory.sizes[2:]) == {2}
    assert [note.partition(":")[0] for note in recorder.notes] == [
        "out of memory with 8 images at once",
        "out of memory with 4 images at once",
    ]
    assert whole.record()["micro_batch"] == 2
    assert [row["micro_batch"] for row in whole.history()] == [2] * 4
    assert whole.record()["num_rescues"] == 0
    with pytest.raises(Killed):
        train_network(make_recipe(), *blob_data, tmp_path / "run", Recorder(14, kill))
    run = train_network(make_recipe(), *blob_data, tmp_path / "run")
    assert_same_weights(weights_of(run), weights_of(whole))
    assert without_times(run.history()) == without_times(whole.history())


def test_a_memory_too_short_for_one_image_is_reported(
    blob_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Short(monkeypatch, num_images=0)
    with pytest.raises(
        RunError, match=r"even with one image at a time \(ResourceExhaustedError: OOM.*lower input"
    ):
        train_network(one_epoch(), *blob_data, tmp_path / "run")
    assert memory.sizes == [8, 4, 2, 1]


def test_a_network_that_alone_is_too_large_is_reported(
    blob_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("no 9 GiB")

    monkeypatch.setattr(loop, "Learner", fail)
    with pytest.raises(RunError, match=r"before a batch was learnt: no 9 GiB; choose a smaller"):
        train_network(one_epoch(), *blob_data, tmp_path / "run")
    assert RunDirectory(tmp_path / "run").record()["status"] == "failed"


def test_a_disk_too_full_for_the_weights_loses_nothing(
    undisturbed: tuple[RunDirectory, Recorder],
    blob_data: Data,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as full:
        # all that is written before, checkpoints among it, has room
        room = {"model.weights.h5": 0}
        full.setattr(shutil, "disk_usage", lambda place: usage(2**40, 0, room.get(Path(place).name, 2**40)))
        with pytest.raises(FileError, match=r"no room to write .*weights\.h5: it needs 16\.\d MB and 0 kB"):
            train_network(make_recipe(), *blob_data, tmp_path / "run")
    recorder = Recorder()
    run = train_network(make_recipe(), *blob_data, tmp_path / "run", recorder)
    assert recorder.num_steps == 0
    assert_same_weights(weights_of(run), weights_of(undisturbed[0]))


@pytest.mark.slow
@pytest.mark.parametrize("weights", ["a file", "none"])
def test_vgg19_trains_from_a_file_and_from_nothing(blob_data: Data, tmp_path: Path, weights: str) -> None:
    file = tmp_path / "vgg19.weights.h5"
    recipe = load_recipe("vgg19", ["input.height=32", "input.width=32", "training.batch_size=24"])
    given = build_network(replace(recipe.model, weights="none"), recipe.input, 2, seed=1).backbone
    write_weights(given, file)
    learn = ("head",) if weights == "a file" else ("all",)
    recipe = replace(
        recipe,
        model=replace(recipe.model, weights=str(file) if weights == "a file" else "none"),
        stages=(Stage(learn, 2, 1e-3),),
    )
    run = train_network(recipe, *blob_data, tmp_path / "run")
    trained = load_network(run).backbone
    are_kept = [
        np.array_equal(*pair) for pair in zip(given.get_weights(), trained.get_weights(), strict=True)
    ]
    assert all(are_kept) if weights == "a file" else not any(are_kept)
    assert run.record()["never_learning"] == (
        [f"block{n}" for n in range(1, 6)] if weights == "a file" else []
    )


def test_every_stage_is_told_what_the_loss_raises(
    blob_data: tuple[Manifest, Split], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, split = blob_data
    kept = [name not in ("blob000", "blob003", "blob006", "blob009") for name in split.table["image_id"]]
    table = split.table.assign(part=split.table["part"].where(kept, "none"))
    recipe = replace(make_recipe(), balance=Balance(logit_adjustment=0.5))

    def stop(*given: Any) -> None:
        raise RunError(json.dumps(given[-1].raised.tolist()))

    monkeypatch.setattr("lentigo.training.loop.Learner", stop)
    with pytest.raises(RunError) as told:
        train_network(recipe, manifest, Split(table, content_hash(table)), tmp_path / "run")
    # 12 images of the first class, 16 of each other
    np.testing.assert_allclose(json.loads(str(told.value)), 0.5 * np.log([12 / 44, 16 / 44, 16 / 44]))
