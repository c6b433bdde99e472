"""Lay, bend and measure the curves that strokes are made of.

    from mnist_core.data import curves
    stroke = curves.spline(np.array([[0, 0], [3, 1], [2, 9]]))    # (101, 2)
    length = curves.distances(stroke)[-1]
    ten = curves.resample(stroke, np.linspace(0, length, 10))     # (10, 2)

A stroke is the points x, y along it, (n, 2), y growing downwards.
"""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.floating]
"""The points x, y along a stroke, (n, 2), or along one in each of many, (k, n, 2)."""

Strokes = list[Points]
"""A drawing: each of its strokes, (n, 2)."""


def spline(knots: Points) -> Points:
    """Lay a Catmull-Rom curve, 50 steps a piece, through knots (m, k): (steps, k)."""
    if (knots[0] == knots[-1]).all():  # a closed curve has no ends
        before, after = knots[-2], knots[1]
    else:
        before, after = 2 * knots[0] - knots[1], 2 * knots[-1] - knots[-2]
    p = np.vstack([before, knots, after])[:, None]  # (m + 2, 1, k)
    t = np.linspace(0, 1, 51)[:, None]
    a, b, c, d = p[:-3], p[1:-2], p[2:-1], p[3:]
    cubic = (3 * b - a - 3 * c + d) * t**3 + (2 * a - 5 * b + 4 * c - d) * t**2
    curve: Points = cubic / 2 + (c - a) * t / 2 + b  # (m - 1, 51, k)
    return curve.reshape(-1, knots.shape[1])


def bend(points: Points, rng: np.random.Generator) -> NDArray[np.float32]:
    """Push points (k, n, 2) in a long wave across each drawing: no line is straight."""
    count = len(points)
    wave = rng.normal(0, 0.3, (count, 2, 1))  # radians a step: about 20 steps a wave
    phase = rng.uniform(0, 2 * np.pi, (count, 1, 1))
    push = rng.normal(0, 0.5, (count, 1, 2))
    bent: Points = points + push * np.sin(points @ wave + phase)
    return bent.astype(np.float32)


def step_lengths(points: Points) -> Points:
    """Return how far each point of a stroke (n, 2) is from the one before: (n - 1,)."""
    lengths: Points = np.hypot(*np.diff(points, axis=0).T)
    return lengths


def distances(points: Points) -> Points:
    """Return how far along a stroke (n, 2) each of its points lies: (n,), 0 first."""
    return np.append(0, np.cumsum(step_lengths(points)))


def resample(points: Points, at: Points) -> Points:
    """Return the points at these distances (m,) along a stroke (n, 2): (m, 2)."""
    along = distances(points)
    return np.stack([np.interp(at, along, axis) for axis in points.T], axis=1)
