"""Change a drawing's strokes as other people's hands and pens would have made them.

    from mnist_core.data import stroke_augmentation
    image = stroke_augmentation.render_augmented(strokes, rng)    # uint8 (28, 28)

A pen drawing is a list of strokes, so that it can be changed as a hand changes it and
not only as a picture: strokes miss each other or are joined, ends fall short, zeros
are slashed, sevens crossed, ones get a flag and a foot. Then it is inked with a pen of
any width and framed as MNIST's digits are.
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
    image = framing.to_mnist(picture)
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
    return normalize(_lean(varied, rng))


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


def _line(*points: Points) -> Points:
    """Draw a polyline with a point every few hundredths, so that it can be bent."""
    corners = np.array(points, float)
    parts = [np.linspace(a, b, 12, endpoint=False) for a, b in pairwise(corners)]
    return np.concatenate([*parts, corners[-1:]])


def _zero(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Slash some zeros, inside the ring or across it, either way."""
    if rng.random() > 0.3:
        return drawing
    points = np.concatenate(drawing)
    half = np.ptp(points, axis=0) / 2 * rng.uniform(0.5, 1.3)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2 + rng.normal(0, 0.03, 2)
    angle = rng.normal(-0.85, 0.3) * (1 if rng.random() < 0.85 else -1)
    arm = half * [np.cos(angle), np.sin(angle)]
    return [*drawing, _line(middle - arm, middle + arm)]


def _one(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Give some ones a flag at the top, and sometimes a foot."""
    points = np.concatenate(drawing)
    top, bottom = points[points[:, 1].argmin()], points[points[:, 1].argmax()]
    if np.ptp(points[:, 0]) > 0.3:  # it leans too far, or has both already
        return drawing
    added = []
    if rng.random() < 0.3:
        flag = [-rng.uniform(0.08, 0.35), rng.uniform(0.02, 0.35)]
        added.append(_line(top + flag, top + rng.normal(0, 0.015, 2)))
    if rng.random() < (0.35 if added else 0.08):
        left, right = rng.uniform(0.08, 0.3, 2)
        tilt = rng.normal(0, 0.03)
        ends = np.array([[-left, -tilt], [right, tilt]])
        added.append(_line(*(bottom + ends)))
    return [*drawing, *added]


def _drop(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Leave out all but the longest stroke of a few: forgotten, or still to come.

    One that is straight would be a 1 without the others, and so they stay.
    """
    longest = max(drawing, key=lambda stroke: curves.distances(stroke)[-1])
    chord = np.hypot(*(longest[-1] - longest[0]))
    if rng.random() > 0.03 or chord > STRAIGHT * curves.distances(longest)[-1]:
        return drawing
    return [longest]


def _seven(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Cross a seven or not, and put a hook where the pen starts."""
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
    return drawing


STYLES: dict[int, Callable[[Strokes, np.random.Generator], Strokes]] = {
    0: _zero,
    1: _one,
    4: _drop,
    5: _drop,
    7: _seven,
}
