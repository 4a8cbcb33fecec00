from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lentigo.evaluation.predictions import Predictions, load_predictions, save_predictions
from lentigo.settings.errors import DataError, TableError

HEADER = "image_id,part,fold,truth,MEL,NV\n"


def made(part: str = "test", ids: tuple[str, ...] = ("i1", "i2", "i3"), seed: int = 0) -> Predictions:
    share = np.random.default_rng(seed).random(len(ids))
    return Predictions(
        np.array(ids),
        part,
        -1,
        np.array(["MEL", "NV", ""] * 9)[: len(ids)],
        np.stack([share, 1 - share], 1),
        ("MEL", "NV"),
    )


def same(first: Predictions, second: Predictions) -> bool:
    arrays = ("image_ids", "part", "fold", "truth", "probabilities")
    is_same = all(np.array_equal(getattr(first, name), getattr(second, name)) for name in arrays)
    return is_same and first.class_names == second.class_names


def test_the_file_reads_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    save_predictions(path, made())
    assert path.read_text(encoding="utf-8").startswith(HEADER + "i1,test,-1,MEL,0.6369616873214543,")
    assert same(load_predictions(path), made())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_every_float_survives(tmp_path: Path, numbers: list[float]) -> None:
    ids = np.array([str(index) for index in range(len(numbers))])
    answers = np.stack([np.array(numbers), 1 - np.array(numbers)], axis=1)
    save_predictions(
        tmp_path / "p.csv", Predictions(ids, "test", 0, np.full(len(ids), "NV"), answers, ("MEL", "NV"))
    )
    np.testing.assert_array_equal(load_predictions(tmp_path / "p.csv").probabilities, answers)


def test_a_part_replaces_itself_and_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    save_predictions(path, made("validation", ("v1", "v2")))
    save_predictions(path, made("test"))
    again = made("test", ("i2", "i4"), seed=5)
    save_predictions(path, again)
    assert same(load_predictions(path, "test"), again)
    assert load_predictions(path).image_ids.tolist() == ["v1", "v2", "i2", "i4"]


def test_other_classes_do_not_mix(tmp_path: Path) -> None:
    save_predictions(tmp_path / "p.csv", made())
    other = replace(made("validation", ("v1",)), class_names=("NV", "MEL"))
    with pytest.raises(TableError, match="MEL, NV, not NV, MEL"):
        save_predictions(tmp_path / "p.csv", other)
    assert same(load_predictions(tmp_path / "p.csv"), made())


def test_the_same_image_may_be_in_several_folds(tmp_path: Path) -> None:
    both = replace(made(ids=("i1", "i1")), fold=np.array([0, 1]))
    save_predictions(tmp_path / "p.csv", both)
    assert same(load_predictions(tmp_path / "p.csv"), both)


def test_hostile_names_survive(tmp_path: Path) -> None:
    ids = ('a,"b"', "=cmd()", "<script>", "0012", "1E5", "NA", "\u202egpj.exe")
    save_predictions(tmp_path / "p.csv", made(ids=ids))
    assert tuple(load_predictions(tmp_path / "p.csv").image_ids) == ids


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("image_id,part,fold,MEL,NV\ni1,test,-1,1,0\n", "truth"),
        ("image_id,part,fold,truth,MEL\ni1,test,-1,MEL,1\n", "at least two columns"),
        (HEADER + "i1,test,-1,MEL,1,0\ni2,test,-1,MEL,,0\n", "line 3, MEL: '' is not a probability"),
        (HEADER + "i1,test,-1,MEL,nan,0\n", "line 2, MEL: 'nan'"),
        (HEADER + "i1,test,-1,MEL,inf,0\n", "line 2, MEL: 'inf'"),
        (HEADER + "i1,test,-1,MEL,0.5,1.01\n", "line 2, NV: '1.01'"),
        (HEADER + "i1,test,-1,MEL,-0.1,1\n", "line 2, MEL: '-0.1'"),
        (HEADER + "i1,test,-1,mel,1,0\n", "line 2, truth: 'mel' is not one of MEL, NV"),
        (HEADER + "i1,test,,MEL,1,0\n", "line 2, fold: ''"),
        (HEADER + "i1,test,1.5,MEL,1,0\n", "line 2, fold: '1.5'"),
        (HEADER + "i1,,0,MEL,1,0\n", "line 2, part: ''"),
        (HEADER + ",test,0,MEL,1,0\n", "line 2, image_id: ''"),
        (HEADER + "i1,test,0,MEL,1,0\ni1,test,0,MEL,1,0\n", "line 3: image i1 has been answered before"),
        (HEADER + '"i\n1",test,0,MEL,1,0\ni2,test,0,MEL,2,0\n', "line 4, MEL: '2'"),
    ],
)
def test_what_is_wrong_is_named_by_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "p.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(TableError) as stopped:
        load_predictions(path)
    assert words in str(stopped.value)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(HEADER + "i1,test,x,MEL,7,0\ni2,test,0,?,1,0\n", encoding="utf-8")
    with pytest.raises(TableError) as stopped:
        load_predictions(tmp_path / "p.csv")
    assert len(str(stopped.value).splitlines()) == 4


def test_a_part_that_is_not_there_is_named(tmp_path: Path) -> None:
    save_predictions(tmp_path / "p.csv", made("validation"))
    with pytest.raises(TableError, match="nothing of part 'test', only validation"):
        load_predictions(tmp_path / "p.csv", "test")


def test_bad_predictions_are_not_written(tmp_path: Path) -> None:
    bad = made()
    bad.probabilities[1, 0] = np.nan
    with pytest.raises(TableError, match="'nan' is not a probability"):
        save_predictions(tmp_path / "p.csv", bad)
    assert not (tmp_path / "p.csv").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"truth": np.array(["NV"] * 2)},
        {"probabilities": np.zeros((3, 3))},
        {"fold": np.zeros(2)},
        {"class_names": ("a",)},
    ],
)
def test_arrays_must_fit_together(change: dict[str, object]) -> None:
    with pytest.raises(DataError, match="predictions of 3 images"):
        replace(made(), **change)


def test_truth_becomes_places_of_classes() -> None:
    np.testing.assert_array_equal(made(ids=("i1", "i2")).truth_indices(), [0, 1])
    with pytest.raises(TableError, match="i3: ''"):
        made().truth_indices()
