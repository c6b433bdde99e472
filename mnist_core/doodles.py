"""Drawings that are no digits, for the network to learn what it cannot read.

    drawings = doodles(1000, seed=1)    # each a list of strokes, each float32 (n, 2)

Most are capital letters that share no form with a digit; the rest are other signs,
scribbles, faces, dots, lines and small pictures. The letters are written as digits are
in `synthetic`: a table has their strokes, and a random hand moves the points. Whoever
calls slants, turns and inks the strokes, as a digit's.
"""

from itertools import pairwise

import numpy as np

from mnist_core import glyphs

SHARES = {  # of the drawings, by kind
    "letter": 0.50,
    "sign": 0.08,
    "scribble": 0.17,
    "pair": 0.08,
    "face": 0.07,
    "dots": 0.03,
    "line": 0.02,
    "picture": 0.05,
}

# Written as `glyphs` says. Left out is what could pass for a digit: an A
# with an upright right leg (4, 9), an X joined at its feet (8), an N with a short leg,
# an F with its stem in the middle (a crossed 7).
LETTERS = {
    "A": (
        "0,10 3,0 | 6,10; 1.2,6.4 4.8,6.4",
        "0,10 3,0; 3,0 6,10; -.6,6.8 6.8,6",
        "0,10 .8,4 2.8,0 5,3.6 6,10; .6,6 5.6,6",
        "0,10 .2,3 1.4,.2 4.4,.2 5.8,3 6,10; .2,5.6 5.9,5.6",
        "0,10 3,0 | 5.6,10 | 4,9.8 1.4,7.6 1.2,6.4 3.4,6.2 7,6",
        "0,10 1.8,4 3.4,0 | 4.4,5 5.4,10; 1,6.8 5,6",
        "3.4,0 0,10; 3.4,0 7.2,10; 1,7.6 6.4,7.4",
        "-.8,9 0,10 1.6,6 3.6,0 | 5,6 5.8,9.6 7,9.4; 1.4,6.2 5.6,5.8",
        "0,10 2.2,0; 3.8,0 6,10; 1,6 5.2,6",
        "0,10 3,0 | 6,10 | .8,6.6 | 5.8,5.6",
    ),
    "E": (
        "5,0 0,0 | 0,10 | 5,10; 0,5 4,5",
        "0,0 0,10; 0,0 5,0; 0,5 4.2,5; 0,10 5.2,10",
        "0,0 0,10 | 5,10; 0,.2 5,0; 0,4.8 4,4.6",
        "5,1 2.6,0 .4,1.6 1,4 3,4.8 .8,5.6 0,8 2,10 5.2,9",
        "5,1.2 3,0 .8,1.4 1,3.6 2.8,4.8 3.6,4.4 2.4,4.2 .4,6 .2,8.6 2.4,10 5.4,8.8",
        "5,.6 2,0 .2,3 .2,7 2,9.8 5.4,9.2; .2,4.8 4,4.6",
        "0,0 0,10; -.6,.2 5,-.2; -.4,5.2 4.4,4.6; -.4,10 5.4,9.4",
        "5,0 .4,.4 | .2,4.8 | 3.8,4.8 | .2,5 | 0,10 | 5,9.8",
        "5.6,.4 .6,.6 | 0,9.6 | 5.6,9.4; .4,4.8 5.6,4.4",
        "4.8,.6 3,-.2 1,1 2.8,4.6 | .2,6 .4,9.2 2.6,10 5.2,8.8",
    ),
    "F": (
        "0,0 0,10; 0,0 5,0; 0,4.6 4,4.6",
        "5,0 0,0 | 0,10; 0,4.6 3.8,4.6",
        "-.6,.4 5.6,-.2; .6,0 .4,10; -.2,5 4.6,4.6",
        "1.4,.4 1.4,8 .8,9.6 -.2,9.2; 0,.8 1.4,0 3.6,.6 6.4,-.2; 1.4,4.8 5,4.4",
        "-.4,1 1,-.2 3.2,.6 5.4,-.2; .6,.2 .4,10; .4,5 4,4.6",
        "5,.4 2,0 .6,2 .4,6 0,10; -1,5.2 3.6,4.8",
        "5.4,0 .6,.2 .4,5 0,10; .4,5 4,4.8",
        "0,10 .4,0 | 5,.2; .2,5 3.6,4.4",
        "5,0 .4,0 | .2,5 | 3.8,4.8 | .2,5.2 | 0,10",
        "5.6,-.2 .2,.2; 0,0 .2,10; .2,3.4 5.4,3.2",
    ),
    "H": (
        "0,0 0,10; 5,0 5,10; 0,5 5,5",
        "0,0 0,10; 3.4,0 3.4,10; 0,5 3.4,5",
        "0,0 0,10; 7.6,0 7.6,10; 0,5 7.6,4.8",
        "0,0 0,10 | 0,5 | 5,5 | 5,0 | 5,10",
        "0,0 .2,10; -.6,5.4 6,4.6; 5.4,0 5,10",
        "0,0 .2,10 | .6,7 3,4.6 5,2 5.2,.2 4.8,-.2 4.6,4 4.8,10",
        "0,1 .8,0 .8,5 .4,9.6 -.6,9.8; 5.6,0 5,5 5,9.4 6.4,9.2; .7,5 5,4.8",
        "0,0 0,10; 5,0 4.8,9.6 4,10 2,6.4 -.4,5 2,4.6 6,4.8",
        "1,0 0,10; 6,0 5,10; .6,5 5.6,4.6",
        "0,0 .6,5 0,10; 5.2,0 4.6,5 5.2,10; .6,5 4.6,5",
    ),
    "K": (
        "0,0 0,10; 5,0 0,5.4; 0,5.4 5.4,10",
        "0,0 0,10; 5,0 .2,5.4 | 5.4,10",
        "0,0 0,10; 5.4,.4 1.6,5 | 5.6,10",
        "0,0 0,10; 5,0 1.6,4.4 .6,5 .4,4.4 1.2,4.2 3,7 5.6,10",
        "0,0 0,10; 5,0 0,6.4; 1.8,4.8 5.4,10",
        "0,0 .2,10; 4.6,.2 3,3.6 .4,5.4 | 2.6,6 5,10",
        "0,0 .4,10; 5,-.4 -.8,5.8; .4,5 6,10.4",
        "0,.8 1,0 .8,9 0,10; 5.6,.6 4.6,0 1,5 | 3.4,6 5,9.6 6.6,9.2",
        "0,0 0,10; 5,0 1,5 5.4,10",
        "0,0 0,10 | 0,5.6 | 4.8,.4 | .8,5 | 5.4,10",
    ),
    "M": (
        "0,10 0,0 | 3.4,6 | 6.8,0 | 6.8,10",
        "0,10 1.4,0 | 3.6,7 | 5.8,0 | 7.2,10",
        "0,10 .4,0 | 3.4,10 | 6.6,0 | 7,10",
        "0,10 .2,0 | 3.4,3 | 6.6,0 | 6.8,10",
        "0,10 .2,3 1.4,.2 3,2 3.4,6 3.8,2 5.4,.2 6.8,3 7,10",
        "0,0 0,10 | 0,3 1.6,.4 3.2,3 3.2,10 | 3.4,3 5,.4 6.4,3 6.6,10",
        "0,0 0,10; 0,0 3.4,6; 3.4,6 6.8,0; 6.8,0 6.8,10",
        "0,10 1,5 1.6,0 | 3.4,5.6 | 6,.2 | 6.2,5 7.6,10",
        "-.8,9.4 .2,9.6 1.4,0 | 3.4,8 | 6,0 | 6.4,8 7.8,9.4",
        "0,9 0,0 | 4.6,5 | 9,0 | 9,9",
    ),
    "N": (
        "0,10 0,0 | 5,10 | 5,0",
        "0,0 0,10; 0,0 5,10; 5,0 5,10",
        "0,10 .2,2 1,0 2.4,3 4,8.4 5,9.6 5.6,7 5.8,0",
        "0,10 1.6,0 | 4.4,10 | 6,0",
        "0,10 0,0 | 3.4,9.6 | 3.8,0",
        "0,10 0,0 | 7.6,10 | 7.6,0",
        "0,0 0,10; -.4,-.2 5.6,10.2; 5.2,-.4 5,10.4",
        "0,10 .4,0 | 5.2,8.6 | 5,-1",
        "0,10 0,0 | 5,8.4; 5,0 5,10",
        "-.8,9.4 .2,9.6 1,0 | 4.8,10 | 5.4,1 6.6,0",
    ),
    "R": (
        "0,0 0,10; 0,0 3.4,0 5,2.4 3.4,5 0,5; 2,5 5.4,10",
        "0,0 0,10; 0,.2 4,0 5,2.4 3.4,4.8 0,5.2 | 5.4,10",
        "0,10 0,0 | 3.6,0 5,2.4 3.4,5 0,5.2 | 5.2,10",
        "0,0 0,10; -.8,1 2,-.4 5,.8 4.8,3.6 1,5.4 | 3,7 5.6,10",
        "0,1 0,10; -1,1.6 1.6,0 4.6,.6 4.8,3.4 1.4,5 | 5.4,10",
        "0,0 0,10; 0,0 3.6,-.2 5.2,2 3.4,4.6 1,5.2 .4,4.6 1.6,4.6 3.6,7.4 5.6,10",
        "0,0 .2,10; -.6,.2 3,-.4 5.4,1.6 4,4.4 .2,5.4 | 2.4,5.6 4,8.8 5.8,10",
        "0,10 .2,1 | 1.6,0 4.6,.4 4.8,3.4 2.8,4.6 | 4.4,6 4.6,9 6,10",
        "0,0 0,10; 0,0 4.6,0 6,3 4,6 0,6.4 | 6,10",
        ".6,.4 0,10; .6,.4 4,0 4.6,2.2 2.8,4.2 .4,4.6; 1,4.6 5,10",
    ),
    "W": (
        "0,0 1.8,10 | 3.6,0 | 5.4,10 | 7.2,0",
        "0,0 .8,9 2,10 3.4,7 3.6,3 4,7.4 5.4,10 6.8,8 7.4,0",
        "0,0 1.6,10 | 3.6,5.6 | 5.6,10 | 7.2,0",
        "0,0 2.8,10 | 6,0; 3.4,0 6.4,10 | 9.4,0",
        "0,0 .2,10 | 3.4,4 | 6.6,10 | 6.8,0",
        "-.6,1 .4,0 2,10 | 4,2 | 5.6,10 | 6.8,2 8.4,.4",
        "0,0 2.4,7 | 4.8,1.4 | 7.2,7 | 9.6,0",
        "0,0 .2,6 1.6,9.8 3.4,8 3.6,4 | 3.8,8 5.4,9.8 7,7 7.2,0",
        "0,0 2,10; 2,10 3.8,1; 3.8,1 5.6,10; 5.6,10 7.4,0",
    ),
    "X": (
        "0,0 6,10; 6,0 0,10",
        "0,0 4.4,10; 4.4,0 0,10",
        "0,0 8,9; 8,0 0,9",
        "0,.6 1.8,.6 3,4.8 1.6,9.4 0,9.4; 6,.4 4.2,.8 3,5 4.4,9.4 6,9.6",
        "0,0 2,2.4 4.6,8 6.4,9.6; 6,0 3.6,4 0,10",
        "0,0 3.4,5 6,9.4 7.2,9 7.2,1.4 6.2,.4 3.4,5 0,10",
        "0,1.6 1,.2 2.2,1.4 4.2,8.6 5.4,9.8 6.6,8.6; 6,0 .2,10",
        "1,0 5,10; 6.4,1 0,8.6",
        "0,0 2.2,3 2.8,5 2.2,7 0,10; 5.6,0 3.4,3 2.8,5 3.4,7 5.6,10",
    ),
}
SIGNS = (
    "0,0 0,10; 4,3.4 0,6.6 | 4.4,10",  # k, m, w, x
    "0,3 0,10 | .2,5 1.6,3 3,5 3,10 | 3.2,5 4.8,3 6,5 6,9 7,10",
    "0,3 .4,8 1.8,9.8 3.2,8 3.4,4 3.6,8 5,9.8 6.6,8 7,3 8,3.4",
    "0,4 1.4,4 3,7 4.4,9.8 6,9.8; 6,4 0,10",
    "5,1.4 3,.4 1,1.6 3,4.6 .6,6 .6,8.6 3,9.6 5.2,8.6; 3,-1 3,.4; 3,9.6 3,11",  # &
    "2.4,0 1.6,10; 5.4,0 4.6,10; 0,3.4 7.4,3; -.4,7 7,6.6",  # hash, asterisk, at
    "4,0 4,10; 0,2.4 8,7.6; 8,2.4 0,7.6",
    "6,6 4.6,7 3.4,5.4 4.6,3.4 6.2,4 6,6.4 7.4,7 8.6,4 7,1 4,0 1,2 0,5.4 2,9 5,10 8,9",
    "0,2 1.6,0 4,.2 4.8,2.4 2.6,4.8 2.4,6.6; 2.4,9.6 2.5,9.8",  # ?
    "0,3 7,3; 0,6.4 7,6.4",  # equal signs
    "0,2 7,2; 0,5 7,5; 0,8 7,8",
    "0,2 .4,7 2,8 3.4,6 3.6,2 | 3.8,7 5.4,8 7,6 7.2,2 | 7.6,8",  # double u, m
    "0,8 1.4,2 2.6,8 4,2 5.2,8 6.6,2 7.8,8 9,5",
    "0,8 2.6,3 1.8,0 1,3 2.4,7.6 5.2,3 4.4,0 3.6,3 5,7.6 7.8,3 7,0 6.2,3 8,8",  # lll
    "1.4,0 0,1.4 1.2,3 2.6,1.6 1.4,0; 6,0 1,10; 5.4,7 4,8.4 5.2,10 6.6,8.6 5.4,7",  # %
    "0,1.4 2,.4 7.4,.4; 2.4,.6 2.2,6 1,9.6; 5.2,.6 5,7 5.6,9.4 7,9",  # pi, zhe
    "0,0 8,10; 8,0 0,10; 4,0 4,10",
    "0,0 0,10 | 7,10 | 7,0; 3.5,0 3.5,10",  # sha
    "4,0 4,10; 0,3 8,3; 4,3 0,8; 4,3 8,8",  # tree in Chinese
    "0,0 8,0 | 8,9 | 0,9 | 0,0; 4,0 4,9; 0,4.6 8,4.6",  # field in Chinese
)
PICTURES = (
    "0,4.4 4,0 | 8,4.4; .8,4 .8,10 | 7.2,10 | 7.2,4; 3,10 3,6.6 | 5,6.6 | 5,10",
    "1.4,10 4,0 | 6.6,10 | 0,3.8 | 8,3.8 | 1.4,10",  # a house, a star, a flower
    "4,2.4 3,1 4,-.4 5,1 4,2.4 5.6,2 7,3 5.4,4 4,2.4 4.8,4.4 3.6,5.4 3.2,4 4,2.4"
    " 2,3.6 1,2.6 2.4,1.6 4,2.4; 4,5 4,10; 4,8.4 6,7",
    "3,0 1.8,1.2 3,2.4 4.2,1.2 3,0; 3,2.4 3,6.6; 3,6.6 .8,10; 3,6.6 5.2,10; 0,4 6,4",
    "3,0 1.8,1.2 3,2.4 4.2,1.2 3,0; 3,2.4 3,6.6; 1,10 3,6.6 | 5,10; 0,2 3,4 | 6,2",
    "3,10 3,6; 4.4,10 4.4,6; 3,6 .6,5.4 .4,3 2.4,2.4 3.6,0 5.4,2 7.4,3 7,5.4 4.4,6",
    "3.6,10 3.6,0; 1,3 3.6,0 | 6.2,3; .4,6 3.6,3 | 6.8,6; 0,9 3.6,6 | 7.4,9",  # trees
    "0,5 9,5; 5.6,2 9,5 | 5.6,8",  # arrows
    "0,9 7,1; 3,1 7,1 | 7,5",
    "4,3 2.4,.6 .2,2 .6,5 4,9 | 7.4,5 7.8,2 5.6,.6 4,3; -1.4,8 9.4,1; 7.4,1 9.4,1"
    " | 9,3.2",  # a heart with an arrow
    "2.6,0 2.6,9; 5.4,0 5.4,9; 0,3 8,3; 0,6 8,6; 0,0 8,0; 0,9 8,9; 0,0 0,9; 8,0 8,9",
    "4,2.6 2.6,4 4,5.4 5.4,4 4,2.6; 4,0 4,1.6; 4,6.4 4,8; 0,4 1.6,4; 6.4,4 8,4;"
    " 1.2,1.2 2.2,2.2; 5.8,5.8 6.8,6.8; 6.8,1.2 5.8,2.2; 2.2,5.8 1.2,6.8",  # a sun
    "0,7 1.6,10 | 7.4,10 | 9,7 | 0,7; 4.4,7 4.4,0 | 8,5.6 | 4.4,5.6",  # a boat, a fish
    "9,2 6,6.4 3,7.4 0,5 3,2.6 6,3.6 9,8; 9,2 9,8; 1.8,4.4 1.9,4.5",
    "0,5 1.4,1.4 4.5,0 7.6,1.4 9,5 | 6,4.4 | 3,4.4 | 0,5; 4.5,4.4 4.5,9 3.4,10 2.6,9",
)


def doodles(count: int, *, seed: int = 0) -> list[list[np.ndarray]]:
    """Draw `count` things that are no digits, in random order, mixed as SHARES says.

    Each is a list of strokes, each stroke the points x, y along it: float32 (n, 2), in
    the grid's steps, y downwards. A dot is a stroke of one to three points. The same
    seed gives the same drawings.
    """
    draw = {
        "letter": lambda rng: glyphs.copy(LETTERS[rng.choice(list(LETTERS))], rng),
        "sign": lambda rng: glyphs.copy(SIGNS, rng),
        "scribble": _scribble,
        "pair": _pair,
        "face": _face,
        "dots": _dots,
        "line": _line,
        "picture": lambda rng: glyphs.copy(PICTURES, rng),
    }
    rng = np.random.default_rng(seed)
    kinds = rng.choice(list(SHARES), count, p=list(SHARES.values()))
    return [glyphs.by_hand(draw[kind](rng), rng) for kind in kinds]


def _scribble(rng: np.random.Generator) -> list[np.ndarray]:
    """Draw a zig-zag, hatching, a coil, a tangle or crossing sticks, turned freely."""
    kinds = _zigzag, _hatching, _coil, _tangle, _sticks
    angle = rng.uniform(0, 2 * np.pi)
    cos, sin = np.cos(angle), np.sin(angle)
    strokes = kinds[rng.integers(len(kinds))](rng)
    return [points @ [[cos, sin], [-sin, cos]] for points in strokes]


def _pair(rng: np.random.Generator) -> list[np.ndarray]:
    """Write two digits side by side: each is one, but together they are not."""
    left, right = (glyphs.digit(rng.integers(10), rng) for _ in range(2))
    size, gap, low = rng.lognormal(0, 0.15), rng.uniform(0.5, 4), rng.normal(0, 0.7)
    edge = np.concatenate(left)[:, 0].max() + gap
    start = np.concatenate(right)[:, 0].min()
    moved = [(stroke - [start, 0]) * size + [edge, low] for stroke in right]
    return [*left, *moved]


def _zigzag(rng: np.random.Generator) -> list[np.ndarray]:
    """Go up and down at least five times on the way across, sharply or smoothly."""
    corners = _reversals(rng.integers(6, 13), rng.uniform(1, 2), rng)
    if rng.random() < 0.4:
        return [glyphs.spline(corners)]
    return [
        np.concatenate([glyphs.spline(np.stack(ends)) for ends in pairwise(corners)])
    ]


def _hatching(rng: np.random.Generator) -> list[np.ndarray]:
    """Go to and fro until an area is filled, sometimes once more across it."""
    one = glyphs.spline(_reversals(rng.integers(12, 19), rng.uniform(0.35, 0.7), rng))
    if rng.random() < 0.7:
        return [one]
    two = glyphs.spline(_reversals(rng.integers(12, 19), rng.uniform(0.35, 0.7), rng))
    return [one, (two - two.mean(0))[:, ::-1] + one.mean(0)]


def _reversals(count: int, gap: float, rng: np.random.Generator) -> np.ndarray:
    """Return `count` corners of a line that goes up and down: (count, 2)."""
    x = np.arange(count) * gap + rng.normal(0, gap / 4, count)
    height = rng.uniform(5, 8) * rng.lognormal(0, 0.2, count)
    return np.stack([x, height * (np.arange(count) % 2 - 0.5)], axis=1)


def _coil(rng: np.random.Generator) -> list[np.ndarray]:
    """Go round and round on the way across, as in eeee: three times or more."""
    turn = np.linspace(0, rng.uniform(3, 5), 250)
    radius = rng.uniform(1.8, 3.2) * np.exp(rng.uniform(-0.07, 0.07) * turn)
    x = rng.uniform(1.4, 2.8) * turn + radius * np.cos(2 * np.pi * turn)
    y = rng.uniform(1, 1.4) * radius * np.sin(2 * np.pi * turn)
    return [np.stack([x, y], axis=1)]


def _tangle(rng: np.random.Generator) -> list[np.ndarray]:
    """Draw one curve through ten points or more, anywhere: fewer may make a digit."""
    return [glyphs.spline(rng.uniform(0, 10, (rng.integers(10, 18), 2)))]


def _sticks(rng: np.random.Generator) -> list[np.ndarray]:
    """Draw five straight lines or more that cross near the middle."""
    angles = rng.uniform(0, np.pi, rng.integers(5, 9))
    arms = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (lines, 2)
    middles = rng.normal(0, 1.3, arms.shape)
    lengths = rng.uniform(2.5, 5.5, (len(arms), 1))
    ends = np.stack([middles - lengths * arms, middles + lengths * arms], axis=1)
    return [glyphs.spline(pair) for pair in ends]


def _face(rng: np.random.Generator) -> list[np.ndarray]:
    """Draw a head with two eyes and a mouth, sometimes with a nose and with hair."""
    width = rng.uniform(3.6, 5.4)
    eye, level = width * rng.uniform(0.3, 0.5), -rng.uniform(1, 2)
    shape = rng.integers(3)
    eyes = [_eye(x, level, shape, rng) for x in (-eye, eye)]
    mouth, smile = rng.uniform(1, 2.6), rng.normal(0.6, 0.8)
    low = rng.uniform(1.8, 2.6)
    knots = [[-mouth, low - smile / 2], [0, low + smile / 2], [mouth, low - smile / 2]]
    strokes = [_ring(0, 0, width, 5, rng), *eyes, glyphs.spline(np.array(knots))]
    if rng.random() < 0.4:
        strokes.append(glyphs.spline(np.array([[0, -0.8], [0.2, 0.7], [-0.4, 0.8]])))
    if rng.random() < 0.3:
        for x in np.linspace(-0.6, 0.6, rng.integers(3, 8)) * width:
            tip = [x * 1.4 + rng.normal(0, 0.4), -6 - rng.random()]
            strokes.append(glyphs.spline(np.array([[x, -4.4], tip])))
    return strokes


def _eye(x: float, y: float, shape: int, rng: np.random.Generator) -> np.ndarray:
    """Draw an eye as a dot, a short line or a small ring: (n, 2)."""
    if shape == 0:
        return _dot(x, y, rng)
    if shape == 1:
        return glyphs.spline(
            np.array([[x, y - 0.7], [x + rng.normal(0, 0.3), y + 0.6]])
        )
    return _ring(x, y, 0.8, 0.8, rng)


def _ring(
    x: float, y: float, width: float, height: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw round x, y a ring that closes or nearly closes: (n, 2)."""
    start = rng.uniform(0, 2 * np.pi)
    angles = start + np.linspace(0, 2 * np.pi * rng.uniform(0.96, 1.08), 10)
    far = rng.normal(1, 0.04, (10, 1))
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return glyphs.spline([x, y] + [width, height] * far * circle)


def _dots(rng: np.random.Generator) -> list[np.ndarray]:
    """Touch the paper once or a few times."""
    count = rng.choice([1, 2, 3, 5, 8], p=[0.5, 0.15, 0.15, 0.1, 0.1])
    return [_dot(*rng.uniform(0, 8, 2), rng) for _ in range(count)]


def _dot(x: float, y: float, rng: np.random.Generator) -> np.ndarray:
    """Touch the paper at x, y: one to three points (n, 2), nearly the same."""
    return rng.normal([x, y], 0.1, (rng.integers(1, 4), 2))


def _line(rng: np.random.Generator) -> list[np.ndarray]:
    """Draw one line across, level or nearly."""
    ends = np.array([[0, 0], [rng.uniform(5, 10), rng.normal(0, 0.5)]])
    return [glyphs.spline(ends)]
