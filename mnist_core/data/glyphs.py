"""Read glyphs, strokes written down as text, and copy them as a random hand does.

    from mnist_core.data import glyphs
    strokes = glyphs.digit(7, np.random.default_rng(1))    # each (n, 2)

A glyph is read as in `synthetic.GLYPHS`: strokes stand between semicolons, each a
smooth curve through its points. A bar says besides that the pen turns a sharp corner
there and goes on from the point before it.
"""

from functools import cache
from itertools import pairwise

import numpy as np

from mnist_core.data import curves
from mnist_core.data.curves import Points, Strokes
from mnist_core.data.synthetic import GLYPHS

# Ways to write a digit that MNIST has few of: zeros slashed, crossed like a phi, open
# or ended inside; ones with a flag, a foot or a barb; fours in one stroke or without
# their second one; fives whose hat is off; sixes that are thin, open, square or lean
# far; sevens with hook and bar, with a curled foot or in one curve; eights that are
# only an outline; open nines. A one's flag is shorter and steeper than a seven's top.
RARE = {
    0: (
        "3,0 1,1.2 0,5 1,8.8 3,10 5,8.8 6,5 5,1.2 3,0; 6.4,-.4 -.4,10.4",
        "5.6,1 3,0 .4,3 .6,8 3,10 5.6,7 5.6,2.6 4.4,.8 | .8,9",
        "3,0 1,1.2 0,5 1,8.8 3,10 5,8.8 6,5 5,1.2 3,0; .4,1.4 5.6,8.6",
        "2.4,.6 .4,3 .4,7.4 2.6,10 5.4,8 5.6,3 3.6,.4",
        "3.8,.6 1.4,.6 0,4 1,9 3.6,9.8 5.8,6 5,1.6 3,1 2.4,2.6",
        "4.6,.6 2,.2 .2,4 1,8.8 3.6,9.8 5.6,6 5.2,2 3.6,.8",
        "3,0 1,1.2 0,5 1,8.8 3,10 5,8.8 6,5 5,1.2 3,0; 3,-1 3,11",
        "3,.4 .8,1.6 0,5 1,8.4 3,9.6 5.2,8.4 6,5 5,1.4 3,.4; -1,5 7,5",
        "2,.2 .3,2.6 0,6 1.2,9.2 3,10 5.2,8.8 6,5.6 5.6,2.4 4.2,.4",
        "3.8,.2 1,1 0,5 1,8.8 3.2,10 5.6,8 6,4 4.6,1.4 2.8,2 2.2,4.4",
    ),
    1: (
        "0,2.6 2.4,0 | 2.4,10",
        "0,3.4 3,0 | 2.8,10; .8,10 5,9.8",
        "0,4.6 3.2,0 | 3,10",
        "0,1.4 1.6,0 | 1.2,10",
        "0,2 2,0 | 2,10 | 0,10 | 4,10",
        "0,0 .2,5 0,10; -1.6,10 1.8,10",
        "0,1 2.4,0 | 1.6,5 .6,10",
        "0,2.2 2.6,0 | 3.2,10",
        "0,2.8 3.4,0 | 4,10",
        "0,2.2 1.6,1.5 2.8,0 | 3,10; .6,10 5.2,9.8",
        "0,2 2,0 | 2,10 | 3,7.8",
        ".2,0 0,10 | 1.1,7.8",
        ".4,0 .2,9.6 .7,10 1.7,8",
        "0,2.4 2.4,0 | 2.2,10 | 1,8.2",
    ),
    2: (
        "0,.8 5,.2 | .2,9.6 | 6,9.4",
        "0,2.4 2,0 4.4,1 3.8,4.4 .4,9 | 2,8.6 4,9.8 6,9",
        ".4,3 1,.6 3.4,0 5.2,1.6 4.4,4.6 0,10 | 6.4,10",
        "0,1 3,0 5,1.6 3.4,5 .6,8.8 0,9.6 1.4,8 3,8.6 4.6,10 6.4,9.2",
    ),
    3: (
        "0,.2 5,0 | 2.2,4 5,6 4.4,9.4 0,9.8",
        "0,0 4,2 1,4.6 | 4.4,7 0,10",
        "0,1 2.6,0 4.6,1.8 3,4 1.8,4.4 2.2,5.2 3,4.6 5,6.4 4,9.4 .2,9.6",
        ".2,.8 3,0 4.4,2 1.6,4.6 | 4.4,5.6 4.6,8.8 1,10 -.4,8.8",
    ),
    4: (
        "6.5,6.4 0,6.4 | 4.6,0 | 4.4,10",
        "1,0 .3,5.4 | 5.6,5 | 5.6,0 | 5,10",
        "1,0 .3,5 3,5.6 5.4,3 5.6,.6 | 5,10",
        "0,.6 .6,4.6 3,5 5.4,1.6 | 5,6 4.6,10",
        "1,0 .3,5.4 | 6,5.2",
        "4.5,0 0,6.5 | 6.5,6.5",
        "3.6,0 0,5.4 | 6,5.4; 4,3.4 3.8,10",
        "0,0 .4,4 2.4,5 4.8,4; 5,0 4.6,10",
        "4,0 0,6 | 6,6; 4.4,4.6 4.2,10",
        "1.4,0 .2,5 .8,6 1.6,5.4 5.8,4.6; 5,1 4.4,10",
        "4.6,0 .2,5.6 | 6,5.6 | 4.4,5.6 | 4.8,.6 | 4,10",
        "1.6,.4 0,4.6 | 4.2,4.8; 4,1 3.4,10",
    ),
    5: (
        "5.4,.4 2.4,.6 1.2,3 3,4.8 4.8,6.6 3.6,9.6 .2,9.6",
        "1,1 .8,4.4 | 3.4,4 5,6 4.4,9 0,9.6; 2.4,0 6.8,-.4",
        ".8,0 .6,4.2 | 3.2,4 5.2,6 4.2,9.4 0,9.4",
        "6,0 1.4,.4 | .8,4.4 | 3.4,4 5,6 4.2,9 0,9.8",
        "1.6,.6 1,4.6 | 4,4.4 5,7 3.4,9.6 0,9.4; 1.6,.4 5.4,-1",
        "5.6,0 1.6,.2 2,4 | 5,6 4,9.4 0,9.8",
    ),
    6: (
        "3,0 1,3 0,7 .6,9.6 1.8,9.8 2.4,8 1.6,6.8 .4,8",
        "3.4,0 0,7.4 .8,9.8 2.6,9.6 3.2,7.6 1.8,6.6 .2,8.2",
        "0,0 0,9.6 2,10 3.6,8.4 3,6.2 1.4,5.8 0,7",
        "4.4,0 1.4,3 0,7 1,9.6 3.4,9.8 4.6,7.8 3.4,6 2.2,6.4",
        "2,0 .4,4 0,8 1,10 2.6,9 2.4,7.4 1,7.4 .2,8.6",
        "5,0 1.4,3.4 0,7.6 1.6,10 4.6,9 5,6.4 3,5.6 1,7 .8,8.6",
        "1.6,0 .4,4 .2,7.8 1.6,9.9 3.8,9.6 4.8,7.8 4.6,5.8 3.6,5",
        "3.4,0 .8,3.6 0,7.2 1.2,9.8 3.6,9.6 5,7.4 4.2,5.6 3,5.6",
        "8,0 4,2.8 1,6.4 .8,9 2.8,9.8 5,8.4 5,6.4 3.2,5.8 1,7.4",
        "-2,0 -.4,4.4 1,8 3.2,9.8 5.4,8.6 5.2,6.6 3.2,6 1.4,7.4",
        ".6,0 0,5 0,10 | 3,9.8 | 3,6 | .2,6.2",
        "2.6,0 .2,5 | .4,9.8 | 3.8,9.8 | 3.6,6 | .4,6.2",
    ),
    7: (
        "0,1.6 .4,.2 | 5.6,0 | 2,10; .8,5 5,4.8",
        "0,1 .6,.2 5.6,.4 | 2.6,10; .6,5.4 5,5",
        "0,2 .6,0 3,1 6,0 | 3,5 2.4,10",
        "0,.4 5.6,0 | 2.2,10 | 3.4,5 | 1,5.4 | 5.6,4.6",
        "0,2.6 .2,.2 | 5.4,0 | 3.4,4 2.4,10",
        "0,.2 5,0 4.4,4 2,10; 1,5.6 6,4.4",
        "0,1.4 .8,.2 2.6,1 5.6,0 | 3,5.4 1.6,10 3.4,9.6; .8,5 5,4.8",
        "0,.2 6,0; 6,0 3.4,5.4 2.6,9 3,9.9 3.8,9.3",
        "0,1.6 .4,.2 | 6,0; 6,0 3.6,5 3,9 3.4,9.9 4.2,9.3",
        "0,.4 5.6,.2 | 2.8,6 2.4,9.2 3.2,10 4.6,9.2; .8,5.4 5,5",
        "0,1 2.4,0 5.4,.2 6.6,2 5.4,5 3.4,10",
        "0,.6 3.6,0 6,.8 6.2,3 4.8,6.2 4,10",
        "0,2 .8,.4 4,0 6.4,1 5.4,4.6 2.4,10",
    ),
    8: (
        "5,.6 2.4,.2 .6,2 2.6,4.6 5,7.4 3,10 .6,8 2.4,5.4 5.4,1.6 5.6,.6",
        "3,0 1.2,1 1.4,3.6 3,4.4 4.8,3.2 4.6,.8 3,0;"
        " 3,4.6 .6,6 .8,9.2 3,10 5.4,8.8 5,5.8 3,4.6",
        "5.4,2 3.6,0 1,.8 1.4,3.4 4,5.8 4.2,9 2,10 .4,8 2,5.4 4.6,3.4 6,.6",
        "1,.6 3.6,3.6 4.4,7.6 2.6,10 .8,8 2,5 4.6,1.6 4,.2 1.8,.2 1,1.6",
        "2.4,4.4 .8,2.4 2,.2 4.4,.6 4.4,3 2.4,4.8 .4,7.6 2,10 4.6,9 4.4,6.4 2.8,4.6",
        "3,0 1,.8 .6,2.6 2.2,4.6 .4,7 1,9.4 3,10 5,9.4 5.6,7 3.8,4.6 5.4,2.6 5,.8 3,0",
        "4.6,1 3,0 1.2,.8 1,3 2.4,5 .6,6.6 .6,9 3,10 5.2,9 5.2,6.8 3.6,4.8 5,3 4.4,.6",
        "4.4,0 1.2,.2 .4,2 2.2,4.8 .2,7 1.2,9.8 4.4,10 5.4,7.4 3.6,4.8 5.2,2.2 4.4,0",
    ),
    9: (
        "5,1.6 3.4,0 1,.6 .4,2.6 1.6,4 4,3.4; 5.2,.4 4.8,5 4.6,10",
        "4.6,.6 1.8,.4 .2,2.4 1.2,4.4 3.4,4 5,1.4 | 4.4,10",
        "5,1 3,0 .6,1.4 .6,4 2.8,5 5,2 | 5.2,7 3.4,10 .8,9.2",
        "4.4,.6 2,.2 .2,2.4 1.4,4.6 4,3.6 4.6,1.2; 5.6,.6 5.2,10",
        "5,1 2.6,0 .4,1.8 1,4.4 3.6,4.4 5,1.6 4.8,6 3.4,9 0,9.6",
        "4.4,1.6 2.6,.2 .6,1.4 1,3.8 3.2,4 4.8,1.6 | 3,10",
        "4.8,.4 2,.6 .4,3 2,4.8 4.4,3 | 5,.4 4.8,6 5,10",
        "3.4,.8 1.2,1 .4,3.4 2,4.8 3.8,3.2 3.4,.8 | 4.6,5 5.4,10",
    ),
}
STEP = 0.25  # between the points along a stroke, in the grid's steps
JITTER = 0.25, 0.45  # standard deviation of a stroke's points: a steady hand, a sloppy


def digit(number: int, rng: np.random.Generator) -> Strokes:
    """Write a digit, mostly in a rare way: strokes, each float32 (n, 2)."""
    usual = rng.random() < 0.25
    return humanize(copy(GLYPHS[number] if usual else RARE[number], rng), rng)


def copy(choice: tuple[str, ...], rng: np.random.Generator) -> Strokes:
    """Write one of the glyphs with its points moved: strokes, each (n, 2)."""
    text = choice[rng.integers(len(choice))]
    if rng.random() < 0.25:  # a quick hand rounds its corners
        text = text.replace("|", "")
    points, strokes = read_glyph(text)
    points = points * [np.clip(rng.lognormal(0, 0.12), 0.7, 1.3), 1]
    points = rng.normal(points, rng.uniform(*JITTER))
    return [_stroke([points[part] for part in parts], rng) for parts in strokes]


def _stroke(parts: Strokes, rng: np.random.Generator) -> Points:
    """Lay one stroke through the knots (m, 2) of its parts, now and then with hooks."""
    if (parts[0][0] != parts[-1][-1]).any():  # not closed
        if rng.random() < 0.1:
            parts[0] = np.vstack([parts[0][0] + rng.normal(0, 0.7, 2), parts[0]])
        if rng.random() < 0.1:
            parts[-1] = np.vstack([parts[-1], parts[-1][-1] + rng.normal(0, 0.7, 2)])
    return np.concatenate([curves.spline(knots) for knots in parts])


@cache
def read_glyph(text: str) -> tuple[Points, list[list[list[int]]]]:
    """Read a glyph.

    Returns:
        Its different points, (k, 2), and of each stroke the parts between its corners,
        each as a list of indices into the points.
    """
    strokes = [
        [part.split() for part in stroke.split("|")] for stroke in text.split(";")
    ]
    names = list(dict.fromkeys(text.replace(";", " ").replace("|", " ").split()))
    for parts in strokes:
        for before, part in pairwise(parts):
            part.insert(0, before[-1])
    points = np.array([name.split(",") for name in names], float)
    return points, [
        [[names.index(name) for name in part] for part in parts] for parts in strokes
    ]


def humanize(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Misplace, trim and bend the strokes: float32 (n, 2) at even distances."""
    placed = []
    for points in strokes:
        middle = points.mean(0)
        size, shift = rng.lognormal(0, 0.06), rng.normal(0, 0.25, 2)
        placed.append(_evenly((points - middle) * size + middle + shift, rng))
    bent = curves.bend(np.concatenate(placed)[None], rng)[0]
    ends = np.cumsum([len(points) for points in placed])
    return list(np.split(bent, ends[:-1]))


def _evenly(points: Points, rng: np.random.Generator) -> Points:
    """Put points every STEP along a stroke (n, 2), a little trimmed at its ends."""
    if len(points) < 4:  # a dot
        return points
    length = curves.distances(points)[-1]
    first, left = rng.uniform(0, min(0.5, 0.05 * length), 2)
    last = length - left
    count = max(2, int(np.ceil((last - first) / STEP)) + 1)
    return curves.resample(points, np.linspace(first, last, count))
