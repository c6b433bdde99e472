"""How drawings vary: what other people's hands and pens would have made of them.

    varied = handwriting.vary(drawing.strokes, rng, digit=drawing.digit)
    image = handwriting.image(varied, rng)

A pen drawing is a list of strokes, so that it can be changed as a hand changes it and
not only as a picture: strokes miss each other or are joined, ends fall short, zeros
are slashed, sevens crossed, ones get a flag and a foot. Then it is inked with a pen of
any width and framed as MNIST's digits are.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from mnist_core.data import pen_drawings
from mnist_core.preprocessing import framing

Strokes = list[np.ndarray]  # each (n, 2); here in a box of side 1 around 0, 0

DETAIL = 5  # pixels of the drawing in one of the image: enough for soft edges
PEN = 0.045, 0.26  # the pen's width as a share of the digit's longer side, log-uniform


def render(drawing: Strokes, rng: np.random.Generator) -> np.ndarray:
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
    return np.rint(framing.to_mnist(picture) * 255).astype(np.uint8)


def augment(
    drawing: Strokes, rng: np.random.Generator, *, digit: int | None = None
) -> Strokes:
    """The drawing as another hand might have made it, in a box of side 1 around 0, 0.

    `digit` says which habits apply (slashed zeros, crossed sevens ...); none without.
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
    """Scaled to a longer side of 1 and moved to the middle, aspect kept."""
    points = np.concatenate(drawing)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = max((high - low).max(), 1e-6)
    return [(stroke - (low + high) / 2) / scale for stroke in drawing]


def _jitter(stroke: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move, scale and turn one stroke a little, and let its ends fall short."""
    stroke = _cut(stroke, *(rng.exponential(0.025, 2).clip(0, 0.12)))
    centre, angle = stroke.mean(axis=0), rng.normal(0, 0.05)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    scale = rng.lognormal(0, 0.06, 2)
    return (stroke - centre) * scale @ turn + centre + rng.normal(0, 0.02, 2)


def _cut(stroke: np.ndarray, start: float, end: float) -> np.ndarray:
    """Take these shares of its length away from the start and the end of a stroke."""
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    if along[-1] < 0.1:
        return stroke
    keep = np.linspace(start, 1 - end, max(len(stroke), 2)) * along[-1]
    return np.stack([np.interp(keep, along, axis) for axis in stroke.T], axis=1)


def _join(drawing: Strokes) -> Strokes:
    """The pen was not lifted."""
    return [np.concatenate(drawing)]


def _bend(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Push the points in two long waves across the drawing."""
    for _ in range(2):
        wave = rng.normal(0, 3.5, 2)  # radians over the drawing's side
        phase, push = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.03, 2)
        drawing = [s + push * np.sin(s @ wave + phase)[:, None] for s in drawing]
    return drawing


def _lean(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Slant, turn, and make wider or narrower."""
    width, lean = rng.lognormal(0, 0.18), rng.normal(0, 0.17)
    angle = rng.normal(0, 0.11)
    shape = np.array([[width, 0], [-lean, 1]])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return [stroke @ shape @ turn for stroke in drawing]


def _line(*points: tuple[float, float] | np.ndarray) -> np.ndarray:
    """A polyline with a point every few hundredths, so that it can be bent."""
    corners = np.array(points, float)
    parts = [np.linspace(a, b, 12, endpoint=False) for a, b in pairwise(corners)]
    return np.concatenate([*parts, corners[-1:]])


def _zero(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Slashed, inside the ring or across it, either way."""
    if rng.random() > 0.3:
        return drawing
    points = np.concatenate(drawing)
    half = np.ptp(points, axis=0) / 2 * rng.uniform(0.5, 1.3)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2 + rng.normal(0, 0.03, 2)
    angle = rng.normal(-0.85, 0.3) * (1 if rng.random() < 0.85 else -1)
    arm = half * [np.cos(angle), np.sin(angle)]
    return [*drawing, _line(middle - arm, middle + arm)]


def _one(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """With a flag at the top, and sometimes a foot."""
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


def _four(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Now and then without the second stroke: it was forgotten, or is still to come."""
    return drawing[:1] if len(drawing) > 1 and rng.random() < 0.03 else drawing


def _five(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Now and then without its hat."""
    return drawing[:1] if len(drawing) > 1 and rng.random() < 0.03 else drawing


def _seven(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """Crossed or not, and with a hook where the pen starts."""
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
    4: _four,
    5: _five,
    7: _seven,
}
