"""Change a drawing's strokes as other people's hands and pens would have made them.

    from mnist_core.data import stroke_augmentation
    image = stroke_augmentation.render_augmented(strokes, rng)    # uint8 (28, 28)

A pen drawing is a list of strokes, so that it can be changed as a hand changes it and
not only as a picture: strokes miss each other or are joined, ends fall short, zeros
are slashed, sevens crossed, ones get a flag and a foot, and a coarse pen knows few
places only. Then it is inked with a pen of any width and framed as MNIST's digits are.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import curves, pen_drawings
from mnist_core.data.curves import Points, Strokes
from mnist_core.preprocessing import framing

DETAIL = 5  # pixels of the drawing in one of the image: enough for soft edges
PEN = 0.045, 0.26  # the pen's width as a share of the digit's longer side, log-uniform
STRAIGHT = 0.85  # share of a stroke's length between its ends, at least
SLASHES = {-0.85: 0.65, 0.85: 0.12, np.pi / 2: 0.13, 0.0: 0.1}  # radians: their share
COARSE, PLACES = 0.06, (10, 20)  # share of coarse pens, and the steps a side they know


def render_augmented(
    strokes: Strokes, rng: np.random.Generator, *, digit: int | None = None
) -> NDArray[np.uint8]:
    """Return the image of a drawing as another hand and pen make it: uint8 (28, 28).

    Args:
        strokes: the drawing, each stroke (n, 2).
        rng: decides the hand and the pen.
        digit: says which styles apply, as in `augment`.
    """
    return render(augment(strokes, rng, digit=digit), rng)


def render(drawing: Strokes, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Ink strokes with a random pen and frame them: uint8 (28, 28)."""
    pen = np.exp(rng.uniform(*np.log(PEN)))
    side = framing.BOX * DETAIL / (1 + pen)
    points = np.concatenate(drawing)
    corner = points.min(axis=0)
    scale = side / max(np.ptp(points, axis=0).max(), 1e-6)
    margin = pen * side / 2 + 1
    placed = [(stroke - corner) * scale + margin for stroke in drawing]
    width, height = np.ceil(np.ptp(points, axis=0) * scale + 2 * margin).astype(int)
    picture = pen_drawings.draw(placed, shape=(height, width), brush=pen * side)
    image = framing.to_mnist(picture, paper=pen_drawings.PAPER)
    assert image is not None, "a pen leaves ink"
    return np.rint(image * 255).astype(np.uint8)


def augment(
    drawing: Strokes, rng: np.random.Generator, *, digit: int | None = None
) -> Strokes:
    """Draw a drawing as another hand might have: in a box of side 1 around 0, 0.

    `digit` says which styles apply (slashed zeros, crossed sevens ...); none without.
    """
    varied = normalize(drawing)
    varied = [_jitter(stroke, rng) for stroke in varied]
    if digit in STYLES:
        varied = STYLES[digit](varied, rng)
    if rng.random() < 0.06:
        varied = _join(varied)
    varied = _bend(varied, rng)
    varied = normalize(_lean(varied, rng))
    return _coarsen(varied, rng) if rng.random() < COARSE else varied


def normalize(drawing: Strokes) -> Strokes:
    """Scale a drawing to a longer side of 1 and centre it on 0, 0, its aspect kept."""
    points = np.concatenate(drawing)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = max((high - low).max(), 1e-6)
    return [(stroke - (low + high) / 2) / scale for stroke in drawing]


def _jitter(stroke: Points, rng: np.random.Generator) -> Points:
    """Move, scale and turn one stroke a little, and let its ends fall short."""
    stroke = _cut(stroke, *(rng.exponential(0.025, 2).clip(0, 0.12)))
    centre, angle = stroke.mean(axis=0), rng.normal(0, 0.05)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    scale = rng.lognormal(0, 0.06, 2)
    jittered: Points = (stroke - centre) * scale @ turn + centre
    return jittered + rng.normal(0, 0.02, 2)


def _cut(stroke: Points, start: float, end: float) -> Points:
    """Take these shares of its length away from the start and the end of a stroke."""
    length = curves.distances(stroke)[-1]
    if length < 0.1:
        return stroke
    kept = np.linspace(start, 1 - end, max(len(stroke), 2)) * length
    return curves.resample(stroke, kept)


def _join(drawing: Strokes) -> Strokes:
    """Join the strokes to one, as if the pen was not lifted."""
    return [np.concatenate(drawing)]


def _bend(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Push the points in two long waves across the drawing."""
    for _ in range(2):
        wave = rng.normal(0, 3.5, 2)  # radians over the drawing's side
        phase, push = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.03, 2)
        drawing = [s + push * np.sin(s @ wave + phase)[:, None] for s in drawing]
    return drawing


def _lean(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Slant a drawing, turn it, and make it wider or narrower."""
    width, lean = rng.lognormal(0, 0.18), rng.normal(0, 0.17)
    angle = rng.normal(0, 0.11)
    shape = np.array([[width, 0], [-lean, 1]])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return [stroke @ shape @ turn for stroke in drawing]


def _coarsen(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Move all points onto a coarse grid, as an old tablet or a cheap pen does."""
    steps = rng.integers(*PLACES, endpoint=True)
    return normalize([np.rint(stroke * steps) for stroke in drawing])


def _line(*points: Points) -> Points:
    """Draw a polyline with a point every few hundredths, so that it can be bent."""
    corners = np.array(points, float)
    parts = [np.linspace(a, b, 12, endpoint=False) for a, b in pairwise(corners)]
    return np.concatenate([*parts, corners[-1:]])


def _zero(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Slash some zeros, inside the ring or across it, or end a ring elsewhere."""
    if rng.random() < 0.2:
        return [_end_ring(drawing[0], rng), *drawing[1:]]
    if rng.random() > 0.3:
        return drawing
    points = np.concatenate(drawing)
    half = np.ptp(points, axis=0) / 2 * rng.uniform(0.5, 1.3)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2 + rng.normal(0, 0.03, 2)
    angle = rng.normal(rng.choice(list(SLASHES), p=list(SLASHES.values())), 0.25)
    arm = half * _arm(1, angle)
    return [*drawing, _line(middle - arm, middle + arm)]


def _end_ring(ring: Points, rng: np.random.Generator) -> Points:
    """Leave a ring open at the top, or go on inside it."""
    if ring[-1, 1] > -0.25 or not _closes(ring):
        return ring
    if rng.random() < 0.5:
        return _cut(ring, 0, rng.uniform(0.04, 0.08))
    again = ring[: len(ring) // 4]
    inwards = np.linspace(1, rng.uniform(0.4, 0.7), len(again))[:, None]
    return np.concatenate([ring, again * inwards])


def _closes(stroke: Points) -> bool:
    """Tell whether a stroke ends near a place where it was in its first half."""
    apart = stroke[: (len(stroke) + 1) // 2] - stroke[-1]
    return bool(np.hypot(*apart.T).min() < 0.1)


def _one(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Give some ones a flag at the top, and sometimes a foot or a barb below."""
    points = np.concatenate(drawing)
    top, bottom = points[points[:, 1].argmin()], points[points[:, 1].argmax()]
    if np.ptp(points[:, 0]) > 0.3:  # it leans too far, or has both already
        return drawing
    added = []
    if rng.random() < 0.3:
        flag = _arm(rng.uniform(0.1, 0.4), -rng.uniform(0.45, 1.3))
        added.append(_line(top - flag, top + rng.normal(0, 0.015, 2)))
    if rng.random() < (0.35 if added else 0.08):
        left, right = rng.uniform(0.08, 0.3, 2)
        tilt = rng.normal(0, 0.03)
        ends = np.array([[-left, -tilt], [right, tilt]])
        added.append(_line(*(bottom + ends)))
    elif rng.random() < 0.12:  # the pen goes back up a little
        barb = _arm(rng.uniform(0.08, 0.25), -rng.uniform(0.9, 1.5))
        added.append(_line(bottom, bottom + barb * [rng.choice([1, 1, -1]), 1]))
    return [*drawing, *added]


def _arm(length: float, angle: float) -> Points:
    """Return the x, y that a line of this length goes; an angle below 0 is upwards."""
    return length * np.array([np.cos(angle), np.sin(angle)])


def _drop(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Leave out all but the longest stroke of a few: forgotten, or still to come.

    One that is straight would be a 1 without the others, and so they stay.
    """
    longest = max(drawing, key=lambda stroke: curves.distances(stroke)[-1])
    chord = np.hypot(*(longest[-1] - longest[0]))
    if rng.random() > 0.03 or chord > STRAIGHT * curves.distances(longest)[-1]:
        return drawing
    return [longest]


def _six(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Leave the loop of some sixes open, and let some lean far."""
    if rng.random() < 0.1 and _closes(drawing[-1]):
        drawing = [*drawing[:-1], _cut(drawing[-1], 0, rng.uniform(0.05, 0.12))]
    if rng.random() < 0.06:
        lean = rng.uniform(0.3, 0.7) * rng.choice([1, 1, -1])
        drawing = [stroke @ [[1, 0], [-lean, 1]] for stroke in drawing]
    return drawing


def _seven(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Cross a seven or not, put a hook where the pen starts, curl its foot."""
    drawing = [stroke.copy() for stroke in drawing]
    if len(drawing) > 1 and rng.random() < 0.4:
        drawing = drawing[:1]  # its bar
    elif len(drawing) == 1 and rng.random() < 0.4:
        points = drawing[0]
        below = points[(points[:, 1] > -0.15) & (points[:, 1] < 0.25)]
        if len(below):
            middle = below[len(below) // 2] + rng.normal(0, 0.03, 2)
            arm = np.array([rng.uniform(0.12, 0.35), rng.normal(-0.03, 0.06)])
            drawing.append(_line(middle - arm, middle + arm * rng.uniform(0.7, 1.3)))
    if rng.random() < 0.2:
        start = drawing[0][0]
        hook = np.array([rng.normal(-0.02, 0.05), rng.uniform(0.08, 0.28)])
        drawing[0] = np.concatenate([_line(start + hook, start), drawing[0]])
    if rng.random() < 0.08 and drawing[0][-1, 1] > 0.35:
        drawing[0] = _curl(drawing[0], rng.uniform(0.03, 0.08))
    return drawing


def _curl(stroke: Points, radius: float) -> Points:
    """End a stroke in a half turn to the right."""
    angles = np.linspace(np.pi, 0.2, 12)
    turn = np.stack([np.cos(angles) + 1, np.sin(angles)], axis=1)
    return np.concatenate([stroke, stroke[-1] + radius * turn])


STYLES: dict[int, Callable[[Strokes, np.random.Generator], Strokes]] = {
    0: _zero,
    1: _one,
    4: _drop,
    5: _drop,
    6: _six,
    7: _seven,
}
