from __future__ import annotations

import numpy as np
import pytest

from lentigo.data.synthesis import ink
from lentigo.data.synthesis.noise import SIDE


def test_a_disc_covers_its_area():
    cover = ink.discs(np.array([[100.25, 80.5]]), [12.0])
    assert cover.shape == (SIDE, SIDE)
    # antialiasing adds about half a pixel around
    assert np.pi * 11.5**2 < cover.sum() < np.pi * 13.2**2
    rows, columns = np.nonzero(cover > 0.5)
    assert rows.mean() == pytest.approx(80.5, abs=0.3)
    assert columns.mean() == pytest.approx(100.25, abs=0.3)


def test_an_ellipse_covers_its_area():
    cover = ink.ellipses(np.array([[150.0, 150.0]]), np.array([[20.0, 10.0]]), np.array([30.0]))
    assert cover.sum() == pytest.approx(np.pi * 200, rel=0.12)


def test_walls_of_a_square_lattice_are_its_dual():
    axis = np.arange(50.0, 151.0, 25.0)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    walls = np.array(ink.cell_walls(points))
    lengths = np.hypot(*(walls[:, 1] - walls[:, 0]).T)
    full = lengths[lengths > 1e-6]
    # 5 x 5 points have 3 x 4 walls of one cell's length in each direction with both ends inside
    assert len(full) == 24
    np.testing.assert_allclose(full, 25)


def test_too_few_or_collinear_points_have_no_walls():
    assert ink.cell_walls(np.zeros((3, 2))) == []
    assert ink.cell_walls(np.stack([np.arange(9.0), np.arange(9.0)], axis=1)) == []


def test_tapered_keeps_the_path_and_narrows():
    line = np.array([[0.0, 0], [1, 0], [2, 0], [3, 0]])
    pieces, widths = ink.tapered(line, 4, 1)
    assert widths == pytest.approx([4, 2.5, 1])
    np.testing.assert_array_equal(np.concatenate([pieces[0][:1], *[piece[1:] for piece in pieces]]), line)


def test_wander_takes_even_steps():
    line = ink.wander(np.random.default_rng(0), np.array([5.0, 6.0]), 0.3, 4.0, 10)
    assert line.shape == (11, 2)
    np.testing.assert_allclose(np.hypot(*np.diff(line, axis=0).T), 4.0)
