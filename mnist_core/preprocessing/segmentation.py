"""Several digits in one drawing, side by side -> one number.

    reading = numbers.read(Predictor("pretrained"), drawing)
    print(reading.number, reading.confidence)    # 407 0.98

Ink that hangs together is a *piece*. Most pieces are a digit, but a 5 may have lost its
hat, and the two strokes of a 4 may not touch. Digits of a number stand side by side and
are about as tall as each other; pieces that do not, are joined into one digit:

    too short to be a digit             the hat of a 5, a dot, the bar of a 7
    above, below or around each other   the broken halves of an 8, a slashed 0
    stepped, and nearly touching        the strokes of a 4

That is geometry alone: which network reads the digits changes nothing about where they
are, and a clean drawing of one digit comes out as `ink.to_mnist` frames it, to the bit.
"""

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from mnist_core.preprocessing import framing

# Measured on the pen drawings of 24 writers: one digit each, and put together.
SPECK = 0.02  # share of the largest piece's pixels below which a piece is dirt
MOST = 30  # pieces; of more, as in a picture of something else, the largest
SHORT = 0.3  # share of the tallest piece's height that no digit stays below,
SHORT_BAR = 0.4  # nor below this if it is a bar:
BAR = 1.3  # width to height from which it is one
ABOVE = 0.6  # share of the narrower one's columns: one lies above the other
STEPPED = 0.6  # share of their rows: two digits side by side have more in common
TOUCHING = 0.05  # of the height of both: strokes of one digit are no farther apart

if TYPE_CHECKING:  # it loads TensorFlow
    pass

Box = tuple[slice, slice]  # rows, columns


@dataclass(frozen=True)
class _Ink:
    """One or more pieces of the ink, taken for one digit."""

    labels: tuple[int, ...]
    box: Box

    @property
    def height(self) -> int:
        return self.box[0].stop - self.box[0].start

    @property
    def width(self) -> int:
        return self.box[1].stop - self.box[1].start

    def __or__(self, other: "_Ink") -> "_Ink":
        pairs = zip(self.box, other.box, strict=True)
        box = (slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in pairs)
        return _Ink(self.labels + other.labels, tuple(box))


def digits(drawing: np.ndarray) -> list[tuple[Box, np.ndarray]]:
    """Where each digit of a drawing is, and its image; from left to right.

    Raises:
        DrawingError: the array is no drawing; see `read`.
    """
    shades = framing.extract_ink(drawing)
    scale = len(drawing) / len(shades)  # of a photograph, the ink is made smaller
    return [(_enlarged(box, scale), image) for box, image in _cut_out(shades)]


def _cut_out(shades: np.ndarray) -> list[tuple[Box, np.ndarray]]:
    whole = framing.bounding_box(shades)
    if whole is None:
        return []
    shades = shades[whole]
    marked = shades >= framing.EDGE * shades.max()
    labelled, count = ndimage.label(marked, np.ones((3, 3)))
    if count == 1:  # nearly always, and nothing is left to find out
        return [(whole, framing.frame(shades))]
    joined = _join_crossing(_join_short(_pieces(labelled)), labelled)
    joined.sort(key=lambda digit: digit.box[1].start + digit.box[1].stop)
    return [
        (_inside(whole, digit.box), framing.frame(_alone(digit, shades, labelled)))
        for digit in joined
    ]


def _pieces(labelled: np.ndarray) -> list[_Ink]:
    """The pieces that are no specks; `labelled` holds a label a pixel, 0 on paper."""
    sizes = np.bincount(labelled.ravel())[1:]
    largest = np.argsort(-sizes, kind="stable")[:MOST]
    boxes = ndimage.find_objects(labelled)
    least = SPECK * sizes.max()
    return [_Ink((int(i) + 1,), boxes[i]) for i in largest if sizes[i] >= least]


def _join_short(parts: list[_Ink]) -> list[_Ink]:
    """Join what is too short to be a digit with what is nearest."""
    tallest = max(part.height for part in parts)
    while short := next((part for part in parts if _is_short(part, tallest)), None):
        others = [part for part in parts if part is not short]
        nearest = min(others, key=lambda other: math.hypot(*_gaps(short, other)))
        parts = [part for part in others if part is not nearest] + [short | nearest]
    return parts


def _is_short(part: _Ink, tallest: int) -> bool:
    limit = SHORT_BAR if part.width > BAR * part.height else SHORT
    return part.height < limit * tallest


def _join_crossing(parts: list[_Ink], labelled: np.ndarray) -> list[_Ink]:
    """Join what does not stand side by side as digits do."""
    for one, other in combinations(parts, 2):
        if _is_above(one, other) or _is_stepped(one, other, labelled):
            rest = [part for part in parts if part not in (one, other)]
            return _join_crossing([*rest, one | other], labelled)
    return parts


def _is_above(one: _Ink, other: _Ink) -> bool:
    shared = one.width + other.width - (one | other).width
    return shared >= ABOVE * min(one.width, other.width)


def _is_stepped(one: _Ink, other: _Ink, labelled: np.ndarray) -> bool:
    both = one | other
    shared = one.height + other.height - both.height
    limit = TOUCHING * both.height
    if shared >= STEPPED * both.height or max(_gaps(one, other)) > limit:
        return False
    around = labelled[both.box]
    away = ndimage.distance_transform_edt(~np.isin(around, one.labels))
    return away[np.isin(around, other.labels)].min() <= limit


def _gaps(one: _Ink, other: _Ink) -> list[int]:
    """Rows and columns between two boxes, 0 where they overlap."""
    pairs = zip(one.box, other.box, strict=True)
    return [max(a.start - b.stop, b.start - a.stop, 0) for a, b in pairs]


def _alone(digit: _Ink, shades: np.ndarray, labelled: np.ndarray) -> np.ndarray:
    """The ink in a digit's box, without that of others and of specks."""
    its_own = np.isin(labelled[digit.box], (0, *digit.labels))
    return np.where(its_own, shades[digit.box], 0)


def _inside(outer: Box, box: Box) -> Box:
    """A box in a box, where it is in the drawing."""
    pairs = zip(outer, box, strict=True)
    return tuple(slice(a.start + b.start, a.start + b.stop) for a, b in pairs)


def _enlarged(box: Box, scale: float) -> Box:
    """Where a box is in a picture that is `scale` times as large."""
    return tuple(slice(round(s.start * scale), round(s.stop * scale)) for s in box)
