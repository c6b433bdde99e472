import numpy as np
import pytest

from mnist_core.data import curves

SQUARE = np.array([[0, 0], [4, 0], [4, 4], [0, 4]], float)


def test_a_curve_goes_through_its_knots():
    knots = np.array([[0, 0], [3, 1], [2, 9], [5, 5]], float)
    stroke = curves.spline(knots)
    assert stroke.shape == (3 * 51, 2)
    for knot in knots:
        assert np.hypot(*(stroke - knot).T).min() == pytest.approx(0, abs=1e-12)


def test_a_curve_through_two_knots_is_straight():
    stroke = curves.spline(np.array([[0, 0], [2, 6]], float))
    np.testing.assert_allclose(stroke[:, 1], 3 * stroke[:, 0], atol=1e-12)


def test_a_closed_curve_has_no_corner_where_it_closes():
    ring = curves.spline(np.vstack([SQUARE, SQUARE[:1]]))
    np.testing.assert_allclose(ring[0], ring[-1])
    first, last = ring[1] - ring[0], ring[-1] - ring[-2]
    cosine = first @ last / np.hypot(*first) / np.hypot(*last)
    assert cosine > 0.99


def test_distances_are_counted_along_the_stroke():
    assert curves.step_lengths(SQUARE).tolist() == [4, 4, 4]
    assert curves.distances(SQUARE).tolist() == [0, 4, 8, 12]
    assert curves.distances(SQUARE[:1]).tolist() == [0]


def test_points_at_even_distances_are_evenly_apart():
    even = curves.resample(SQUARE, np.linspace(0, 12, 25))
    np.testing.assert_allclose(curves.step_lengths(even), 0.5)
    np.testing.assert_allclose(even[::8], SQUARE)


def test_points_may_begin_and_end_inside_the_stroke():
    np.testing.assert_allclose(
        curves.resample(SQUARE, np.array([1, 6, 11])), [[1, 0], [4, 2], [1, 4]]
    )


def test_bending_moves_points_a_little_and_each_drawing_its_own_way():
    points = np.tile(np.linspace(0, 10, 50)[:, None], (3, 1, 2))  # (3, 50, 2)
    bent = curves.bend(points, np.random.default_rng(2))
    assert (bent.shape, bent.dtype) == (points.shape, np.float32)
    assert 0.01 < np.abs(bent - points).mean() < 1.5
    assert np.abs(bent[0] - bent[1]).max() > 0.01
