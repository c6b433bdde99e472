"""Make drawings that are no digits, for the network to learn what it cannot read.

    from mnist_core.data import doodles
    drawings = doodles.doodles(1000, seed=1)    # each a list of strokes (n, 2)
    images = doodles.images(1000, seed=1, rng=np.random.default_rng(1))

Most are letters that share no form with a digit; the rest are other signs,
scribbles, faces, dots, lines and small pictures. The letters are written as digits are
in `synthetic`: a table has their strokes, and a random hand moves the points.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import curves, glyphs, stroke_augmentation
from mnist_core.data.curves import Points, Strokes
from mnist_core.data.doodle_glyphs import PICTURES, SIGNS
from mnist_core.data.letter_glyphs import LETTERS

SHARES = {  # of the drawings, by kind
    "letter": 0.60,
    "sign": 0.06,
    "scribble": 0.12,
    "pair": 0.07,
    "face": 0.06,
    "dots": 0.03,
    "line": 0.02,
    "picture": 0.04,
}


def doodles(count: int, *, seed: int = 0) -> list[Strokes]:
    """Draw `count` things that are no digits, in random order, mixed as SHARES says.

    Each is a list of strokes, each stroke the points x, y along it: float32 (n, 2), in
    the grid's steps, y downwards. A dot is a stroke of one to three points. The same
    seed gives the same drawings.
    """
    rng = np.random.default_rng(seed)
    kinds = rng.choice(list(SHARES), count, p=list(SHARES.values()))
    return [glyphs.humanize(_draw(kind, rng), rng) for kind in kinds]


def images(
    count: int, *, seed: int, rng: np.random.Generator
) -> Iterator[NDArray[np.uint8]]:
    """Yield the image of each of `doodles(count, seed=seed)`: uint8 (28, 28).

    `rng` decides how each is slanted, bent and inked.
    """
    for strokes in doodles(count, seed=seed):
        yield stroke_augmentation.render_augmented(strokes, rng)


def _draw(kind: str, rng: np.random.Generator) -> Strokes:
    """Draw a doodle of one of the kinds in SHARES."""
    draw: dict[str, Callable[[np.random.Generator], Strokes]] = {
        "letter": lambda rng: glyphs.copy(LETTERS[rng.choice(list(LETTERS))], rng),
        "sign": lambda rng: glyphs.copy(SIGNS, rng),
        "scribble": _scribble,
        "pair": _pair,
        "face": _face,
        "dots": _dots,
        "line": _line,
        "picture": lambda rng: glyphs.copy(PICTURES, rng),
    }
    return draw[kind](rng)


def _scribble(rng: np.random.Generator) -> Strokes:
    """Draw a zig-zag, hatching, a coil, a tangle or crossing sticks, turned freely."""
    kinds = _zigzag, _hatching, _coil, _tangle, _sticks
    angle = rng.uniform(0, 2 * np.pi)
    cos, sin = np.cos(angle), np.sin(angle)
    strokes = kinds[rng.integers(len(kinds))](rng)
    return [points @ [[cos, sin], [-sin, cos]] for points in strokes]


def _pair(rng: np.random.Generator) -> Strokes:
    """Write two digits side by side: each is one, but together they are not."""
    left, right = (glyphs.digit(int(rng.integers(10)), rng) for _ in range(2))
    size, gap, low = rng.lognormal(0, 0.15), rng.uniform(0.5, 4), rng.normal(0, 0.7)
    edge = np.concatenate(left)[:, 0].max() + gap
    start = np.concatenate(right)[:, 0].min()
    moved = [(stroke - [start, 0]) * size + [edge, low] for stroke in right]
    return [*left, *moved]


def _zigzag(rng: np.random.Generator) -> Strokes:
    """Go up and down at least five times on the way across, sharply or smoothly."""
    corners = _reversals(int(rng.integers(6, 13)), rng.uniform(1, 2), rng)
    if rng.random() < 0.4:
        return [curves.spline(corners)]
    return [
        np.concatenate([curves.spline(np.stack(ends)) for ends in pairwise(corners)])
    ]


def _hatching(rng: np.random.Generator) -> Strokes:
    """Go to and fro until an area is filled, sometimes once more across it."""
    one = _hatch(rng)
    if rng.random() < 0.7:
        return [one]
    two = _hatch(rng)
    return [one, (two - two.mean(0))[:, ::-1] + one.mean(0)]


def _hatch(rng: np.random.Generator) -> Points:
    """Go to and fro once until an area is filled: (n, 2)."""
    count, gap = int(rng.integers(12, 19)), rng.uniform(0.35, 0.7)
    return curves.spline(_reversals(count, gap, rng))


def _reversals(count: int, gap: float, rng: np.random.Generator) -> Points:
    """Return `count` corners of a line that goes up and down: (count, 2)."""
    x = np.arange(count) * gap + rng.normal(0, gap / 4, count)
    height = rng.uniform(5, 8) * rng.lognormal(0, 0.2, count)
    return np.stack([x, height * (np.arange(count) % 2 - 0.5)], axis=1)


def _coil(rng: np.random.Generator) -> Strokes:
    """Go round and round on the way across, as in eeee: three times or more."""
    turn = np.linspace(0, rng.uniform(3, 5), 250)
    radius = rng.uniform(1.8, 3.2) * np.exp(rng.uniform(-0.07, 0.07) * turn)
    x = rng.uniform(1.4, 2.8) * turn + radius * np.cos(2 * np.pi * turn)
    y = rng.uniform(1, 1.4) * radius * np.sin(2 * np.pi * turn)
    return [np.stack([x, y], axis=1)]


def _tangle(rng: np.random.Generator) -> Strokes:
    """Draw one curve through ten points or more, anywhere: fewer may make a digit."""
    return [curves.spline(rng.uniform(0, 10, (rng.integers(10, 18), 2)))]


def _sticks(rng: np.random.Generator) -> Strokes:
    """Draw five straight lines or more that cross near the middle."""
    angles = rng.uniform(0, np.pi, rng.integers(5, 9))
    arms = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (lines, 2)
    middles = rng.normal(0, 1.3, arms.shape)
    lengths = rng.uniform(2.5, 5.5, (len(arms), 1))
    ends = np.stack([middles - lengths * arms, middles + lengths * arms], axis=1)
    return [curves.spline(pair) for pair in ends]


def _face(rng: np.random.Generator) -> Strokes:
    """Draw a head with two eyes and a mouth, sometimes with a nose and with hair."""
    width = rng.uniform(3.6, 5.4)
    eye, level = width * rng.uniform(0.3, 0.5), -rng.uniform(1, 2)
    shape = int(rng.integers(3))
    eyes = [_eye(x, level, shape, rng) for x in (-eye, eye)]
    mouth, smile = rng.uniform(1, 2.6), rng.normal(0.6, 0.8)
    low = rng.uniform(1.8, 2.6)
    knots = [[-mouth, low - smile / 2], [0, low + smile / 2], [mouth, low - smile / 2]]
    strokes = [_ring(0, 0, width, 5, rng), *eyes, curves.spline(np.array(knots))]
    if rng.random() < 0.4:
        strokes.append(curves.spline(np.array([[0, -0.8], [0.2, 0.7], [-0.4, 0.8]])))
    if rng.random() < 0.3:
        for x in np.linspace(-0.6, 0.6, rng.integers(3, 8)) * width:
            tip = [x * 1.4 + rng.normal(0, 0.4), -6 - rng.random()]
            strokes.append(curves.spline(np.array([[x, -4.4], tip])))
    return strokes


def _eye(x: float, y: float, shape: int, rng: np.random.Generator) -> Points:
    """Draw an eye as a dot, a short line or a small ring: (n, 2)."""
    if shape == 0:
        return _dot(x, y, rng)
    if shape == 1:
        return curves.spline(
            np.array([[x, y - 0.7], [x + rng.normal(0, 0.3), y + 0.6]])
        )
    return _ring(x, y, 0.8, 0.8, rng)


def _ring(
    x: float, y: float, width: float, height: float, rng: np.random.Generator
) -> Points:
    """Draw round x, y a ring that closes or nearly closes: (n, 2)."""
    start = rng.uniform(0, 2 * np.pi)
    angles = start + np.linspace(0, 2 * np.pi * rng.uniform(0.96, 1.08), 10)
    far = rng.normal(1, 0.04, (10, 1))
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return curves.spline(np.array([x, y]) + [width, height] * far * circle)


def _dots(rng: np.random.Generator) -> Strokes:
    """Touch the paper once or a few times."""
    count = rng.choice([1, 2, 3, 5, 8], p=[0.5, 0.15, 0.15, 0.1, 0.1])
    places = (rng.uniform(0, 8, 2) for _ in range(count))
    return [_dot(x, y, rng) for x, y in places]


def _dot(x: float, y: float, rng: np.random.Generator) -> Points:
    """Touch the paper at x, y: one to three points (n, 2), nearly the same."""
    return rng.normal([x, y], 0.1, (rng.integers(1, 4), 2))


def _line(rng: np.random.Generator) -> Strokes:
    """Draw one line across, level or nearly."""
    ends = np.array([[0, 0], [rng.uniform(5, 10), rng.normal(0, 0.5)]])
    return [curves.spline(ends)]
