from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lentigo.data.synthesis.generate import CLASS_NAMES, draw_image, draw_without_evidence
from lentigo.settings.errors import DataError

SIZE = (72, 96)
NUM_LESIONS = 240


@pytest.fixture(scope="module")
def many():
    """Small pictures, every one of another lesion on other skin."""
    with ThreadPoolExecutor() as pool:
        return list(
            pool.map(lambda seed: draw_image(CLASS_NAMES[seed % 8], seed, 0, *SIZE), range(NUM_LESIONS))
        )


def test_the_same_request_gives_the_same_image():
    first, again = (draw_image("MEL", 7, 1, *SIZE) for _ in range(2))
    for name in ("pixels", "lesion_mask", "evidence_mask"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert first.facts == again.facts


@pytest.mark.parametrize("other", [("NV", 7, 1), ("MEL", 8, 1), ("MEL", 7, 2)])
def test_another_class_lesion_or_view_gives_another_image(other):
    difference = draw_image("MEL", 7, 1, *SIZE).pixels.astype(float) - draw_image(*other, *SIZE).pixels
    assert np.abs(difference).mean() > 2


@pytest.mark.parametrize("size", [(64, 64), (150, 200), (300, 260)])
def test_any_size_can_be_had(size):
    drawn = draw_image("BCC", 1, 0, *size)
    assert drawn.pixels.shape == (*size, 3)
    assert drawn.pixels.dtype == np.uint8
    assert drawn.lesion_mask.shape == drawn.evidence_mask.shape == size
    assert drawn.lesion_mask.dtype == drawn.evidence_mask.dtype == np.bool_


def test_size_changes_resolution_not_content():
    large, small = draw_image("DF", 3, 0, 192, 256), draw_image("DF", 3, 0, 96, 128)
    shrunk = cv2.resize(large.pixels, (128, 96), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(float) - small.pixels).mean() < 3
    assert large.lesion_mask.mean() == pytest.approx(small.lesion_mask.mean(), abs=0.01)


def test_masks_are_neither_empty_nor_everything(many):
    for drawn in many:
        assert 0.02 < drawn.lesion_mask.mean() < 0.9, drawn.facts
        assert 0.001 < drawn.evidence_mask.mean() < 0.9, drawn.facts


def test_evidence_lies_on_the_lesion_or_close_to_it(many):
    kernel = np.ones((19, 19), np.uint8)
    for drawn in many:
        near = cv2.dilate(drawn.lesion_mask.astype(np.uint8), kernel).astype(bool)
        assert near[drawn.evidence_mask].mean() > 0.9, drawn.facts


def test_without_evidence_only_its_surroundings_change():
    for seed, class_name in enumerate(CLASS_NAMES):
        drawn, emptied = (draw(class_name, seed, 0) for draw in (draw_image, draw_without_evidence))
        np.testing.assert_array_equal(drawn.evidence_mask, emptied.evidence_mask)
        change = np.abs(drawn.pixels.astype(float) - emptied.pixels).mean(axis=2)
        far = ~cv2.dilate(drawn.evidence_mask.astype(np.uint8), np.ones((31, 31), np.uint8)).astype(bool)
        assert change[drawn.evidence_mask].mean() > 4, class_name
        assert change[far].mean() < 1, class_name


def test_views_show_the_same_lesion_on_the_same_skin():
    views = [draw_image("SCC", 11, view, *SIZE) for view in range(3)]
    for key in ("class", "skin_tone", "skin_melanin", "structures"):
        assert len({view.facts[key] for view in views}) == 1
    areas = [view.lesion_mask.sum() / view.facts["zoom"] ** 2 for view in views]
    assert max(areas) / min(areas) < 1.25


def test_skin_view_and_artefacts_do_not_know_the_class():
    facts = [draw_image(name, 21, 2, *SIZE).facts for name in CLASS_NAMES]
    for key in ("skin_tone", "skin_melanin", "artefacts", "zoom"):
        assert len({str(fact[key]) for fact in facts}) == 1


def test_mean_colour_tells_little(many):
    colours = np.stack([drawn.pixels.mean(axis=(0, 1)) for drawn in many])
    truth = [drawn.facts["class"] for drawn in many]
    model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=500))
    predicted = cross_val_predict(model, colours, truth, cv=5)
    assert balanced_accuracy_score(truth, predicted) < 0.5


def test_artefacts_and_skin_tone_do_not_betray_the_class(many):
    hairy = {name: [] for name in CLASS_NAMES}
    melanin = {name: [] for name in CLASS_NAMES}
    for drawn in many:
        hairy[drawn.facts["class"]].append("hairs" in drawn.facts["artefacts"])
        melanin[drawn.facts["class"]].append(drawn.facts["skin_melanin"])
    # four standard errors around the share of all
    assert all(abs(np.mean(values) - 0.45) < 4 * 0.5 / (NUM_LESIONS / 8) ** 0.5 for values in hairy.values())
    means = [np.mean(values) for values in melanin.values()]
    assert max(means) - min(means) < 0.22


@pytest.mark.parametrize("request_", [("UNK", 0, 0), ("MEL", -1, 0), ("MEL", 0, -1)])
def test_impossible_requests_are_refused(request_):
    with pytest.raises(DataError, match=r"choose from|at least 0"):
        draw_image(*request_)
