from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lentigo.explanation.saliency import enlarge, saliency_maps, scale_by_maximum, weigh_channels


def test_channels_are_weighted_and_summed_and_negatives_are_cut() -> None:
    features = np.zeros((1, 2, 2, 2), np.float32)
    features[0, :, :, 0] = [[1, 2], [3, 4]]
    features[0, :, :, 1] = [[4, 0], [0, 0]]
    weights = np.array([[[1, -1], [0, 2]]], np.float32)  # two classes
    # first class: 1 * first - 1 * second = [[-3, 2], [3, 4]]
    expected = [[[[0, 2], [3, 4]], [[8, 0], [0, 0]]]]
    np.testing.assert_allclose(weigh_channels(features, weights), expected)


def test_each_map_is_divided_by_its_own_maximum_and_zero_stays_zero() -> None:
    heat = np.array([[[1, 2], [0, 4]], [[0, 0], [0, 0]]], np.float32)
    np.testing.assert_allclose(scale_by_maximum(heat), [[[0.25, 0.5], [0, 1]], [[0, 0], [0, 0]]])


def test_a_cell_that_is_not_finite_does_not_blank_the_rest() -> None:
    heat = np.array([[[np.nan, 2], [np.inf, 1]]], np.float32)
    np.testing.assert_allclose(scale_by_maximum(heat), [[[0, 1], [0, 0.5]]])


def test_enlarging_is_bilinear_with_centres_aligned_and_edges_held() -> None:
    heat = np.array([[[0, 1]]], np.float32)
    # centres of the 4 new cells lie at -0.25, 0.25, 0.75, 1.25 of the old ones
    np.testing.assert_allclose(enlarge(heat, 1, 4), [[[0, 0.25, 0.75, 1]]], atol=1e-6)


def test_a_map_of_that_size_already_stays_as_it_is() -> None:
    heat = np.random.default_rng(0).random((2, 3, 4, 5), np.float32)
    assert enlarge(heat, 4, 5) is heat


def test_no_image_gives_no_map() -> None:
    assert saliency_maps(np.zeros((0, 2, 3, 3), np.float32), 12, 16).shape == (0, 2, 12, 16)


@given(hnp.arrays(np.float32, (2, 2, 3, 4), elements=st.floats(0, 9, width=32)))
def test_maps_lie_in_0_to_1_and_the_hottest_place_is_1(heat: np.ndarray) -> None:
    maps = saliency_maps(heat, 7, 9)
    assert maps.shape == (2, 2, 7, 9)
    assert maps.dtype == np.float32
    assert maps.min() >= 0
    for one in maps.reshape(4, 7, 9):
        assert one.max() == pytest.approx(1, abs=1e-6) or one.max() == 0


def test_strength_of_heat_does_not_matter_but_place_does() -> None:
    heat = np.random.default_rng(0).random((1, 4, 4), np.float32)
    once = saliency_maps(heat, 8, 8)
    np.testing.assert_allclose(saliency_maps(7 * heat, 8, 8), once, atol=1e-5)
    np.testing.assert_allclose(saliency_maps(heat[:, ::-1], 8, 8), once[:, ::-1], atol=1e-5)
