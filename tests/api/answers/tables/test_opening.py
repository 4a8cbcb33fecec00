"""Somebody's answers beside the truth: ids of any kind, parts, groups, and what was learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import balanced_accuracy_score

from lentigo.api.answers.tables.opening import OpenedTable, TableOptions, open_table
from lentigo.api.answers.tables.reading import ReadOptions
from lentigo.settings.errors import DataError, LeakError, SettingsError, TableError

NAMES = ("MEL", "NV", "BCC")
N = 60

pytestmark = pytest.mark.filterwarnings("ignore::lentigo.data.tables.LentigoWarning")


def made(seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers of N images, and their truth with two images a lesion."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, N)
    logits = rng.normal(size=(N, 3))
    logits[np.arange(N), truth] += 1.5
    ids = [f"ISIC_{place:07d}" for place in range(N)]
    answers = pd.DataFrame(logits, columns=list(NAMES)).assign(image=ids)
    known = {"image_id": ids, "diagnosis": [NAMES[place] for place in truth]}
    return answers, pd.DataFrame({**known, "lesion_id": [f"L{place // 2}" for place in range(N)]})


def opened(answers: Any, truth: Any = None, **options: Any) -> OpenedTable:
    return open_table(answers, TableOptions(truth=truth, **options))


@pytest.mark.parametrize(
    "called", ["{}.jpg", "train/{}.JPG", "C:\\data\\{}.png", "{}_downsampled", "/photographs/x/{}.jpeg"]
)
def test_an_image_is_found_whatever_its_file_is_called(called: str) -> None:
    answers, truth = made()
    plain = opened(answers, truth).answers
    shuffled = answers.assign(image=[called.format(name) for name in answers["image"]]).sample(
        frac=1, random_state=1
    )
    found = opened(shuffled, truth).answers
    order = np.argsort(found.predictions.image_ids.astype(str))
    assert found.predictions.image_ids[order].tolist() == truth["image_id"].tolist()
    np.testing.assert_allclose(found.predictions.probabilities[order], plain.predictions.probabilities)
    assert len(set(found.groups.tolist())) == N // 2


def test_figures_are_those_of_scikit_learn_whatever_the_order_of_columns(tmp_path: Path) -> None:
    answers, truth = made()
    answers[["BCC", "image", "NV", "MEL"]].to_csv(tmp_path / "a.csv", index=False)
    truth.to_csv(tmp_path / "t.csv", index=False)
    found = opened(str(tmp_path / "a.csv"), tmp_path / "t.csv").answers
    answered = np.array(NAMES)[answers[list(NAMES)].to_numpy().argmax(axis=1)]
    expected = balanced_accuracy_score(truth["diagnosis"], answered)
    confusion = found.sample.confusion
    assert np.mean(np.diag(confusion) / confusion.sum(axis=1)) == pytest.approx(expected)
    assert found.predictions.class_names == NAMES


def test_arrays_are_answers() -> None:
    answers, truth = made()
    places = [NAMES.index(name) for name in truth["diagnosis"]]
    numbers = answers[list(NAMES)].to_numpy(dtype=np.float32)
    by_place = opened(numbers, places, class_names=NAMES, groups=truth["lesion_id"].to_numpy()).answers
    by_name = opened(numbers, truth["diagnosis"].to_numpy(), class_names=NAMES).answers
    assert by_place.predictions.truth.tolist() == by_name.predictions.truth.tolist()
    assert (len(set(by_place.groups)), len(set(by_name.groups))) == (N // 2, N)
    with pytest.raises(DataError, match=r"0 \.\. 2"):
        opened(numbers, [3] * N, class_names=NAMES)
    with pytest.raises(DataError, match=r"shape \(60, 3\) for 2 names"):
        opened(numbers, places, class_names=NAMES[:2])


def test_a_torch_user_s_csv_is_divided_by_its_parts() -> None:
    answers, truth = made()
    parts = ["validation" if place < 30 else "test" for place in range(N)]
    own = answers.assign(part=parts, truth=truth["diagnosis"])
    found = opened(own, part="test").answers
    assert found.predictions.image_ids.tolist() == truth["image_id"].tolist()[30:]
    assert found.context.part == "test"
    fit = found.fit
    assert fit is not None
    assert fit.fitted_on["n_images"] == 30
    assert opened(own).answers.context.part == "validation"
    with pytest.raises(DataError, match="only test, validation"):
        opened(own, part="train")


def test_validation_may_be_another_table() -> None:
    answers, truth = made()
    other = answers[:30].rename(columns={name: f"logit_{name}" for name in NAMES})
    found = opened(answers[30:], truth, validation=other)
    assert found.answers.fit is not None
    assert found.answers.context.part == "external"
    with pytest.raises(LeakError, match=r"30 of 30 images to be judged.*would be fitted"):
        opened(answers[30:], truth, validation=answers[20:])
    leaked = opened(answers[30:], truth, validation=answers[20:], allow_leak=True)
    assert leaked.answers.context.leaked


@pytest.mark.parametrize(("listed", "count"), [(range(30, 32), 2), (range(31, 32), 2), (range(28, 31), 2)])
def test_what_was_learnt_from_stops_the_figures_of_it(listed: Sequence[int], count: int) -> None:
    answers, truth = made()
    learnt = pd.DataFrame({"image": [f"ISIC_{place:07d}.jpg" for place in listed]})
    with pytest.raises(LeakError, match=f"{count} of 30 images"):
        opened(answers[30:], truth, trained_on=learnt)
    found = opened(answers[30:], truth, trained_on=learnt, allow_leak=True)
    assert found.answers.context.leaked
    assert found.shared_groups == 1


def test_of_a_list_with_parts_train_was_learnt_from() -> None:
    answers, truth = made()
    listed = truth.assign(split=["train" if place < 20 else "test" for place in range(N)])
    found = opened(answers[20:], truth, trained_on=listed)
    assert (found.facts["leak_checked"], found.shared_groups) == (True, 0)
    assert not found.answers.context.leaked
    unknown = opened(answers, truth)
    assert (unknown.facts["leak_checked"], unknown.shared_groups) == (False, None)


def test_columns_keep_images_together_and_tell_subgroups() -> None:
    answers, truth = made()
    own = answers.assign(case=[f"c{place // 6}" for place in range(N)], camera=["a", "b"] * 30)
    reading = ReadOptions(group_columns=("case",), subgroup_columns=("camera",))
    found = opened(own, truth, reading=reading).answers
    assert len(set(found.groups)) == N // 6
    assert found.facts is not None
    assert found.facts["camera"].tolist() == ["a", "b"] * 30
    with pytest.raises(TableError, match="--group cse: no table has that column; did you mean case"):
        opened(own, truth, reading=ReadOptions(group_columns=("cse",)))


def test_answers_without_truth_are_counted_and_set_aside() -> None:
    answers, truth = made()
    found = opened(answers[:50], truth[10:])
    assert found.facts["n_answers_without_truth"] == 10
    assert found.facts["n_truths_without_answer"] == 10
    assert found.answers.sample.num_images == 40


def test_zero_and_one_are_benign_and_malignant() -> None:
    ids = [f"I{place}" for place in range(8)]
    answers = pd.DataFrame({"image_name": ids, "target": np.linspace(0.05, 0.9, 8)})
    truth = pd.DataFrame({"image_name": ids, "target": [0, 0, 0, 1, 0, 1, 1, 1]})
    found = opened(answers, truth).answers
    assert found.predictions.class_names == ("benign", "malignant")
    assert found.context.malignant == ("malignant",)
    np.testing.assert_allclose(found.predictions.probabilities[:, 1], np.linspace(0.05, 0.9, 8))


def test_equations_make_classes_coarser_on_either_side() -> None:
    shares = np.random.default_rng(0).dirichlet(np.ones(4), 20)
    answers = pd.DataFrame(shares, columns=["MEL", "NV", "AK", "SCC"]).assign(
        image=[f"I{n}" for n in range(20)]
    )
    truth = pd.DataFrame({"image": [f"I{n}" for n in range(20)], "dx": ["MEL", "NV", "AKIEC", "NV"] * 5})
    found = opened(answers, truth, reading=ReadOptions(class_map={"AKIEC": ("AK", "SCC")})).answers
    names = found.predictions.class_names
    assert set(names) == {"MEL", "NV", "AKIEC"}
    np.testing.assert_allclose(
        found.predictions.probabilities[:, names.index("AKIEC")], shares[:, 2:].sum(axis=1)
    )


def again(answers: pd.DataFrame, truth: pd.DataFrame) -> tuple[Any, Any]:
    return pd.concat([answers, answers[:1]]), truth


def contradicting(answers: pd.DataFrame, truth: pd.DataFrame) -> tuple[Any, Any]:
    return answers, pd.concat([truth, truth[:1].assign(diagnosis="DF")])


def strange(answers: pd.DataFrame, truth: pd.DataFrame) -> tuple[Any, Any]:
    return answers, truth.assign(image_id=["x" + name for name in truth["image_id"]])


def numbered(answers: pd.DataFrame, truth: pd.DataFrame) -> tuple[Any, Any]:
    return answers, truth.assign(diagnosis=[str(place % 5) for place in range(N)])


@pytest.mark.parametrize(
    ("change", "error", "reason"),
    [
        (again, TableError, "answers images twice.*\n.*ISIC_0000000"),
        (contradicting, TableError, "two classes of one image"),
        (strange, DataError, "no image in common"),
        (numbered, TableError, "no column answers 0, 1"),
        (lambda answers, _: (answers, None), TableError, "does not say the truth"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_the_reason(change: Any, error: Any, reason: str) -> None:
    answers, truth = change(*made())
    with pytest.raises(error, match=reason):
        opened(answers, truth)


def test_malignant_classes_can_be_named() -> None:
    answers, truth = made()
    assert opened(answers, truth).answers.context.malignant == ("MEL", "BCC")
    assert opened(answers, truth, malignant=("BCC",)).answers.context.malignant == ("BCC",)
    with pytest.raises(SettingsError, match="--malignant SCC: no such class"):
        opened(answers, truth, malignant=("SCC",))
