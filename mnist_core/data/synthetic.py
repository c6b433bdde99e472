"""Draw synthetic digits from strokes: the stand-in where MNIST is not to be had.

    from mnist_core.data import synthetic
    images, labels = synthetic.digits(1000, seed=1)    # uint8 (1000, 28, 28), (1000,)

A digit is written in a few strokes, and each person writes them in their own way. So
a table has the shapes of the strokes (`GLYPHS`); a random hand moves their points,
slants, turns and bends them; a random pen inks them; and the ink is framed as MNIST
framed its own. No image of MNIST's went in.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import curves
from mnist_core.data.curves import Points

# Each string is one way to write the digit. Its strokes stand between semicolons; each
# is a smooth curve through its points, or a straight line where it has only two.
# x grows to the right, y downwards from 0 to 10. Strokes that share a point stay
# joined; a curve that ends where it began is closed.
GLYPHS = {
    0: (
        "3,0 1,1.2 0,5 1,8.8 3,10 5,8.8 6,5 5,1.2 3,0",
        "3.5,0 1,1.6 0,5.5 1.2,9 3.5,10 6.2,8.4 7,4.5 5.8,1.2 3.5,0",
        "4,.6 1.6,1.2 .1,3.8 .2,7.6 2,9.8 4.4,9.2 6,6.4 5.6,2.6 4.2,.6 2.4,0",
        "1.6,1 .2,4 .4,8 2.4,10 4.8,8.6 5.8,4.6 4.6,1 2.6,0 1.2,.8",
        "4.4,0 2,1.4 0,5 .4,9 3,10 6.4,7.6 7.6,3.6 6.4,1 4,1.6 3.6,2.6",
    ),
    1: (
        "0,0 0,10",
        "0,0 0,10",
        "0,0 0,10",
        ".7,0 .5,3 .2,7 0,10",
        "0,2.4 2.2,0; 2.2,0 2.2,10",
        "0,1.2 1.4,0; 1.4,0 1.4,10",
        "0,2.2 2.4,0; 2.4,0 2.4,10; 0,10 4.8,10",
    ),
    2: (
        "0,2.4 1,.6 3,0 5.2,1 5.4,3.2 4,5.8 2,8 0,10; 0,10 3,9.8 6.5,10",
        "0,1.6 2.4,0 4.8,.8 5,3.4 3.4,6.4 0,9.8; 0,9.8 3,9 5,9.6 7,9.4",
        "0,2 1.5,.3 3.8,0 5.3,1.5 5,4 3.2,7.4 1,9.6 0,9 1,8 2.5,8.4 4.5,9.8 6.8,9.4",
        "0,1 2.2,0 4.4,1 4.6,4 3,7.6 1,9.8 0,8.8 1.2,7.6 3.4,8.4 5.6,9.4 7.4,8.8",
        "1,1.8 3,0 5,.8 5.2,3 3.6,6 1,8.6 0,8 1.4,7 4,7.8 7,8.8 10,8.4",
        "1.6,1.4 3.4,0 5,1.4 4.6,4.6 3,8.6 1,10 0,8.6 1.4,6.6 3.6,7.2 5,9 6.6,9.8",
        "0,1.6 1.6,.2 4,0 5,1.6 4,4 .4,8.4; .4,8.4 4,8 8.4,8.4",
        "0,1.8 2,0 4.6,1 5,4 3.6,7.6 1.6,9.4 0,8.4 .4,6.4 2.6,6 4.6,7.6 5.8,9.8",
        ".8,2.4 1.4,.6 3.6,0 5.2,1.4 4.8,4 2.6,7 .8,7.4 .6,6 2.4,6 5,7.8 8,8.8",
    ),
    3: (
        ".3,1.3 2.2,0 4.6,.8 4.6,3 2,4.7; 2,4.7 5,5.8 5.4,8.2 3,10 0,8.8",
        "0,.8 2.6,0 4.6,1.2 4,3.6 2,4.8 4.2,5.4 5.4,7.4 4,9.6 1.8,10 0,9.2",
        "0,.2 5,0; 5,0 2.4,4; 2.4,4 5,5.2 5.4,8 3,10 0,9",
        "0,1.2 2.4,0 4.4,1 4,3.4 2.2,4.9 1.4,4.6 2.2,4.3 4.6,5.6 5,8.2 2.8,10 0,9.4",
        "1.4,1.4 3.6,0 6,.6 5.4,3 3,4.4; 3,4.4 5,5 4.8,7.4 2.6,9.4 0,9.8",
        "1,.4 4,0 6.4,.6 4.8,3 3,4; 3,4 5,5.2 4.6,8 2.6,9.6 0,9",
        "2,1.6 4,0 5.8,1 5,3.2 3,4.6; 3,4.6 5.4,5 6,7.4 3.8,9.8 1,10 0,8.8",
    ),
    4: (
        "1,0 .4,3 .3,5.3; .3,5.3 3,5.6 6.4,5; 5.7,0 5.4,5 5.2,10",
        ".8,0 .2,4 1.6,5.6 5,4.4; 5.6,0 5,4.4 4.6,10",
        "4.5,0 0,6.5; 0,6.5 6.5,6.5; 4.5,0 4.5,10",
        "1.6,0 0,5.4; 0,5.4 6.4,5.2; 4.6,2 4,10",
        "4.8,.4 2,2 0,5.4; 0,5.4 4.6,4.8; 4.8,.4 4.6,4.8 4.2,10",
        "1.2,1.4 0,5 1.4,6.4 4,5.8 6.6,5; 5.8,0 4.6,5 4,10",
        "2.4,1.6 .4,4.8 0,6.6 2,7.2 6.8,6; 6.4,0 5,5 4.6,10",
        "0,.6 .4,3.2 2,4.2 4.4,3.2; 5,0 4.4,3.2 3.4,10",
        "2,0 0,4.6; 0,4.6 3.4,4.8 7.6,4.2; 5,1.6 3.2,10",
    ),
    5: (
        "6,0 1.2,0; 1.2,0 .6,4.3; .6,4.3 3.2,3.8 5.4,5.6 5.2,8.4 2.8,10 0,9",
        "6.4,0 2.4,.4; 2.4,.4 1,4.4; 1,4.4 3.6,4.8 4.6,7 3.2,9.4 0,10",
        "5.5,0 2.5,.3 1,2 1.6,4 4,5.6 4.6,8 2.6,10 0,9.2",
        "1.4,0 1,4.2; 1,4.2 3.6,3.8 5.2,6 4.6,8.8 2.4,10 0,9.4; 1.4,0 6.4,-.4",
        "9,0 4.6,.4; 4.6,.4 3,3.4; 3,3.4 5.4,5 5.4,7.6 3.2,9.4 0,9.8",
        "1.2,.8 1,3.8; 1,3.8 3.8,3.8 5.2,6 4.4,8.8 2.2,10 0,9; 1.2,.8 4,.8 7,0",
        "5,0 1,.8 .4,3 1.4,4.4 3.4,5 4.6,7 3.6,9.4 1.4,9.6 .4,8.6",
        "5.6,.6 1.2,.8; 1.2,.8 1,4; 1,4 3.6,3.4 5.4,5.2 5,8.4 2.6,10 .2,9.2 0,7.8",
    ),
    6: (
        "4.8,0 2,2.5 .3,6 .6,9 2.8,10 5,8.6 4.8,6.2 2.8,5.4 .5,7.6",
        "2.6,0 .8,3.4 0,7 1,9.6 3,10 4.6,8.4 4,6.6 2.4,6.4 .4,8.6",
        "3,0 .6,4 0,7.6 1.6,10 4.6,9.4 5.6,7 4,5.4 1.6,6 .2,8",
        "5,.6 3.4,0 1.2,2 0,6 1,9.2 3.4,10 5.4,8 4.4,5.6 2,5.4 .1,7.4",
        "1,0 0,3.4 .2,7.4 2,9.4 5,9.4 6.6,7.2 5.2,5.4 3,6.4 2.2,8.4 3,9.6",
        "1.6,0 .2,4 .2,8 2,10 5,9.6 6.8,7.4 5.8,5.6 3.4,6.4 2,8.6",
        "2.6,0 .6,4 0,7.6 1.6,9.8 4.4,9.6 6.2,7.2 5.2,5.4 3.2,6 2,8 2.2,9.6",
        "4.4,0 1.6,3 0,7 .8,9.4 2.8,10 5,8.2 5.2,5.8 4,4.8 2,6.2 .6,8.4",
    ),
    7: (
        "0,.3 6,0; 6,0 2.5,10",
        "0,1.2 1.2,.3 3.5,.6 6,.2; 6,.2 4.2,4 3,10",
        "0,2 .2,.4; .2,.4 6,0; 6,0 4,5 2.8,10",
        "0,.3 6,0; 6,0 2.5,10; 1.6,5 6.2,4.8",
        "0,.6 3,0 5.2,.6 5,3.4 4.2,6.4 3.8,10",
        "0,3 .8,.6; .8,.6 3,1.2 7,0; 7,0 4,4.4 2.4,9",
        "0,1.6 4,.8 8,0; 8,0 5.4,3.4 3.4,7.4",
        "0,.4 3,.2 5.4,0; 5.4,0 3,10; 0,6 3.6,5 7,4.6",
        "0,3.4 .6,.8 2.6,.6 5.2,0; 5.2,0 4.4,4 1.6,10",
    ),
    8: (
        "5.2,1 3,0 .8,1.2 1,3.2 3,5 5.2,7 5,9.2 3,10 .8,9 .8,7 3,5 5,3 5.2,1",
        "5.6,.8 3,0 .6,1.6 1.4,3.8 4,6 4.6,8.6 2.6,10 .4,8.8 1,6.6 3.6,4 5.8,1.6",
        "3,0 1,1 1,3.4 3,4.6 5,3.4 5,1 3,0; 3,4.6 .6,6 .4,8.8 3,10 5.6,8.8 5.4,6 3,4.6",
        "6,1 3.6,0 1.2,1 1.2,3 3,5 3.8,7.4 3,9.6 1.4,10 .4,8.6 1.4,6.6 3.4,4.6 6,1",
        "4.6,.4 2,0 0,1.6 .6,3.8 3,5.6 3.6,8 2.4,10 .8,9.4 1,7 3,4.4 5.6,1.4 6.4,.2",
        "5.6,1.4 3.8,0 1,.6 .2,2.6 2,4.6 4.4,6.4 4.6,9 2.8,10 1.4,8.8 2.2,6 5.6,1.4",
        "5,1 3.4,0 1.6,1.2 1.4,3.4 2.6,5 3,7.4 2.2,9.8 .6,9.6 .4,7.4 2.4,4.8 4.6,3 5,1",
        "6.4,.6 3.6,0 .4,1 .6,3.4 3.6,4.8 5,7 3.8,9.6 1.2,9.8 .2,8 2,5.6 5,3.6 6.4,.6",
    ),
    9: (
        "5,1 3,0 .6,1 .2,3.4 2,5 4.4,4 5,1; 5,1 4.8,5 4.4,10",
        "5,1 3,0 .4,1.4 .4,4 2.4,5 4.6,3.4 5,1; 5,1 5.2,5 4.6,8.6 2.8,10 .8,9.4",
        "4.6,1 2.6,0 .4,1.6 .4,3.8 2.2,4.6 4.6,2.6; 4.6,1 4.6,2.6 3.2,6.4 1.6,10",
        "4.4,1.4 2.4,0 .2,1.4 .4,3.6 2.4,4 4.4,1.4 4.4,5 3.8,8 3.4,10",
        "5.4,.6 3,0 .6,2 0,4.6 1.6,5.6 4,3.8 5.4,.6; 5.4,.6 4.4,5 3.2,10",
        "4.6,.2 1.6,.6 0,3 1,4.8 3.4,4 5.2,1.8; 5.2,1.8 4,6 3.2,10",
        "4.2,.8 2.4,0 .2,1 0,3.2 1.8,4 4.2,2.8 4.6,.4; 4.6,.4 4.4,4 4.6,7 4,10",
        "5,1.6 3,0 .6,1.6 0,4.4 1.6,5.8 4,4.6 5,1.6 5.2,4 5,7 5.4,10",
        "4,1 2,0 .4,1.2 0,3.6 1.4,4.8 3.4,4 4.4,1.4; 4.4,1.4 4.4,5 3.6,10",
        "6,.4 2.4,.2 0,2 .6,4 3,4 5.4,1.8 6,.4; 6,.4 5,4 2.6,7.4 1,10",
    ),
}
SAMPLES = 96  # points along the strokes of one digit: about half a pixel apart
JITTER = 0.28  # standard deviation of a stroke's points, in the grid's steps
RADIUS = 0.75, 2.8  # half the pen's width in pixels, at least and at most
CHUNK = 200  # digits drawn at once: another number would draw others


def digits(count: int, *, seed: int = 0) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw `count` digits, each of the ten equally often, in random order.

    Returns the images, uint8 (count, 28, 28), ink 255 on paper 0, framed as MNIST's,
    and their labels, uint8 (count,). The same seed gives the same pixels.
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % 10).astype(np.uint8)
    images = np.zeros((count, 28, 28), np.uint8)
    for start in range(0, count, CHUNK):
        part = slice(start, start + CHUNK)
        images[part] = _frame(_ink(_write(labels[part], rng), rng))
    return images, labels


def _write(labels: NDArray[np.uint8], rng: np.random.Generator) -> Points:
    """Return points along the strokes of one digit a label: (n, SAMPLES, 2)."""
    first, controls, bases = _glyph_tables()
    glyph = rng.integers(first[labels], first[labels + 1])  # (n,)
    points = rng.normal(controls[glyph], JITTER).astype(np.float32)  # (n, k, 2)
    return curves.bend(_slant(bases[glyph] @ points, rng), rng)


def _slant(points: Points, rng: np.random.Generator) -> Points:
    """Make each digit wider or narrower, lean it and turn it, about its centre."""
    n = len(points)
    width = rng.lognormal(0.08, 0.2, n)
    lean = rng.normal(0.1, 0.27, n)
    turn = rng.normal(0, 0.12, n)  # radians
    cos, sin, zero, one = np.cos(turn), np.sin(turn), np.zeros(n), np.ones(n)
    leaned = np.array([[width, zero], [-lean, one]]).transpose(2, 0, 1)  # (n, 2, 2)
    turned = np.array([[cos, sin], [-sin, cos]]).transpose(2, 0, 1)
    middle = np.array([3, 5])  # of most glyphs
    slanted: Points = (points - middle) @ leaned @ turned
    return slanted


def _ink(points: Points, rng: np.random.Generator) -> NDArray[np.float32]:
    """Ink the strokes, scaled to fill a 20x20 box: float32 (n, 20, 20) in [0, 1]."""
    radius = rng.lognormal(0.2, 0.26, (len(points), 1, 1)).clip(*RADIUS)
    radius = radius.astype(np.float32)  # of the pen, in pixels
    low, high = points.min(1, keepdims=True), points.max(1, keepdims=True)
    scale = (20 - 2 * radius) / (high - low).max(2, keepdims=True)
    points = 10 + (points - (low + high) / 2) * scale
    pixels = np.arange(20, dtype=np.float32)[:, None] + 0.5
    samples = np.ascontiguousarray(points.T)[:, :, None]  # (2, s, 1, n)
    dx, dy = (pixels - samples) ** 2  # (s, 20, n) each
    # One sample after the other takes half the time of all at once: the distances
    # of one stay in the processor's cache.
    nearest = np.full((20, 20, len(points)), np.inf, np.float32)
    distance = np.empty_like(nearest)
    for x, y in zip(dx, dy, strict=True):
        np.add(y[:, None], x, out=distance)
        np.minimum(nearest, distance, out=nearest)
    squares = np.ascontiguousarray(nearest.transpose(2, 0, 1))  # (n, 20, 20)
    ink: NDArray[np.float32] = np.clip(radius - np.sqrt(squares) + 0.5, 0, 1)
    contrast = rng.lognormal(0, 0.3, radius.shape)  # edges from pale to dark
    ink **= contrast.astype(np.float32)
    return ink


def _frame(ink: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Move the ink's centre of mass to the middle: uint8 (n, 28, 28).

    By whole pixels, as MNIST did, and as far as the ink stays inside.
    """
    mass, axis = ink.sum((1, 2)), np.arange(20)
    top = np.rint(14 - ink.sum(2) @ axis / mass).astype(int).clip(0, 8)  # (n,)
    left = np.rint(14 - ink.sum(1) @ axis / mass).astype(int).clip(0, 8)
    rows, columns = top[:, None] + axis, left[:, None] + axis  # (n, 20)
    images = np.zeros((len(ink), 28, 28), np.uint8)
    image = np.arange(len(ink))[:, None, None]
    images[image, rows[:, :, None], columns[:, None]] = np.rint(ink * 255)
    return images


@cache
def _glyph_tables() -> tuple[
    NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]
]:
    """Return GLYPHS as arrays that are padded with zeros to k points a glyph.

    Returns:
        The first glyph of each digit and, at the end, the number of glyphs, (11,); the
        glyphs' points, (glyphs, k, 2); and the bases that turn these points into
        samples along the strokes, (glyphs, SAMPLES, k).
    """
    first = np.cumsum([0] + [len(GLYPHS[digit]) for digit in range(10)])
    glyphs = [_glyph(text) for digit in range(10) for text in GLYPHS[digit]]
    most = max(len(points) for points, _ in glyphs)
    controls = np.zeros((len(glyphs), most, 2), np.float32)
    bases = np.zeros((len(glyphs), SAMPLES, most), np.float32)
    for number, (points, basis) in enumerate(glyphs):
        controls[number, : len(points)] = points
        bases[number, :, : len(points)] = basis
    return first, controls, bases


def _glyph(text: str) -> tuple[Points, Points]:
    """Read one glyph: its different points (k, 2) and its basis (SAMPLES, k).

    Basis times points gives samples at even distances along all the strokes. The
    samples are picked from the curves' own points rather than interpolated, because a
    basis must hold whichever way a hand moves the glyph's points.
    """
    strokes = [
        [tuple(map(float, xy.split(","))) for xy in stroke.split()]
        for stroke in text.split(";")
    ]
    points = list(dict.fromkeys(xy for stroke in strokes for xy in stroke))
    chosen = np.eye(len(points))
    fine = [
        curves.spline(chosen[[points.index(xy) for xy in stroke]]) for stroke in strokes
    ]
    lengths = [curves.step_lengths(basis @ np.array(points)) for basis in fine]
    along = np.cumsum(np.concatenate([np.append(0, length) for length in lengths]))
    even = np.searchsorted(along, np.linspace(0, along[-1], SAMPLES))
    return np.array(points), np.concatenate(fine)[even]
