from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import balanced_accuracy_score

from lentigo.evaluation import baselines
from lentigo.evaluation.baselines import BASELINES


def people(*rows: tuple[float, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["age_years", "sex", "site"])


def test_the_majority_class_answers_with_the_shares() -> None:
    found = baselines.majority_class(None, np.array([2, 2, 0, 2]), np.zeros((5, 1)), 4)
    np.testing.assert_array_equal(found, np.tile([0.25, 0, 0.75, 0], (5, 1)))


def test_metadata_becomes_indicators_with_unknown_as_a_value() -> None:
    found = baselines.metadata_table(
        people((30.0, "male", "torso"), (np.nan, "", "torso"), (85.0, "male", ""))
    )
    assert found.to_dict("list") == {
        "sex_": [0, 1, 0],
        "sex_male": [1, 0, 1],
        "site_": [0, 0, 1],
        "site_torso": [1, 1, 0],
        "age_-1": [0, 1, 0],
        "age_3": [1, 0, 0],
        "age_8": [0, 0, 1],
    }


def test_metadata_learns_what_is_in_it() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(2, size=400)
    ages = np.where(labels == 1, 65.0, 35.0) + generator.normal(0, 15, size=400)
    ages[::10] = np.nan
    table = pd.DataFrame({"age_years": ages.clip(0, 100), "sex": "male", "site": ""})
    found = baselines.metadata_only(table[:300], labels[:300], table[300:], 2)
    assert balanced_accuracy_score(labels[300:], found.argmax(axis=1)) > 0.7


def test_values_unknown_to_training_are_no_evidence() -> None:
    train = people((30.0, "male", "torso"), (60.0, "female", "scalp"))
    found = baselines.metadata_only(train, np.array([0, 1]), people((95.0, "other", "moon")), 2)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found[0, 0] == pytest.approx(0.5, abs=0.2)


def test_colour_statistics_by_hand() -> None:
    image = np.zeros((2, 2, 3), dtype=np.uint8)
    image[0, :, 0] = 10
    image[..., 1] = 7
    np.testing.assert_allclose(baselines.colour_statistics(image[np.newaxis]), [[5, 7, 0, 5, 0, 0]])
    assert baselines.colour_statistics(np.zeros((0, 2, 2, 3), dtype=np.uint8)).shape == (0, 6)


def test_a_memory_map_is_read_image_by_image(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, size=(4, 5, 6, 3), dtype=np.uint8)
    np.save(tmp_path / "images.npy", images)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    expected = np.concatenate([images.mean(axis=(1, 2)), images.std(axis=(1, 2))], axis=1)
    np.testing.assert_allclose(baselines.colour_statistics(mapped), expected)
    np.testing.assert_allclose(baselines.colour_statistics(mapped[row] for row in (2, 0)), expected[[2, 0]])


@pytest.mark.parametrize("name", ["mean_colour", "feature_probe"])
def test_rare_classes_are_heard(name: str) -> None:
    generator = np.random.default_rng(0)
    labels = (np.arange(600) % 20 == 0).astype(np.int64)
    inputs = generator.normal(size=(600, 6)) + 2 * labels[:, np.newaxis]
    found = BASELINES[name].answer(inputs[:400], labels[:400], inputs[400:], 2)
    assert balanced_accuracy_score(labels[400:], found.argmax(axis=1)) > 0.9


@pytest.mark.parametrize("name", list(BASELINES))
@pytest.mark.parametrize("labels", [[0, 3, 0, 3, 3, 0], [3] * 6])
def test_classes_missing_from_training_get_nothing(name: str, labels: list[int]) -> None:
    inputs = np.random.default_rng(0).normal(size=(6, 6))
    table = people(*[(30.0 + 5 * index, "male", "") for index in range(6)])
    given = table if BASELINES[name].inputs == "metadata" else inputs
    found = BASELINES[name].answer(given, np.array(labels), given[:2], 5)
    assert found.shape == (2, 5)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found[:, [1, 2, 4]] == 0).all()


@pytest.mark.parametrize("name", list(BASELINES))
def test_nothing_asked_is_nothing_answered(name: str) -> None:
    given = (
        people((30.0, "male", ""), (40.0, "", "")) if BASELINES[name].inputs == "metadata" else np.eye(2, 6)
    )
    assert BASELINES[name].answer(given, np.array([0, 1]), given[:0], 3).shape == (0, 3)


def test_age_sex_and_site_of_real_images_beat_chance(shared: Path) -> None:
    folder = shared / "data" / "isic2019-small"
    metadata = pd.read_csv(folder / "Metadata.csv").rename(
        columns={"age_approx": "age_years", "anatom_site_general": "site"}
    )
    truth = pd.read_csv(folder / "GroundTruth.csv").iloc[:, 1:9].to_numpy().argmax(axis=1)
    rows = np.random.default_rng(0).permutation(len(truth))
    train, asked = rows[:4000], rows[4000:]
    found = baselines.metadata_only(metadata.iloc[train], truth[train], metadata.iloc[asked], 8)
    assert balanced_accuracy_score(truth[asked], found.argmax(axis=1)) > 0.2
