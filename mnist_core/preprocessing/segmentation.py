"""Find the digits of a number in one drawing, where they stand side by side.

    from mnist_core.preprocessing import segmentation
    for box, image in segmentation.digits(drawing):   # from left to right
        rows, columns = box                           # where it is in the drawing

Ink that hangs together is a *piece*. Most pieces are a digit, but a 5 may have lost its
hat, and the two strokes of a 4 may not touch. Digits of a number stand side by side and
are about as tall as each other; pieces that do not, are joined into one digit:

    too short to be a digit             the hat of a 5, a dot, the bar of a 7
    above, below or around each other   the broken halves of an 8, a slashed 0
    stepped, and nearly touching        the strokes of a 4

That is geometry alone: which network reads the digits changes nothing about where they
are, and a clean drawing of one digit comes out as `framing.to_mnist` frames it, to the
bit.
"""

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mnist_core.preprocessing import framing
from mnist_core.preprocessing.framing import Box, Colour, Ink

# Measured on the pen drawings of 24 writers: one digit each, and put together.
SPECK = 0.02  # share of the largest piece's pixels below which a piece is dirt
MOST = 30  # pieces; of more, as in a picture of something else, the largest
SHORT = 0.3  # share of the tallest piece's height that no digit stays below,
SHORT_BAR = 0.4  # nor below this if it is a bar:
BAR = 1.3  # width to height from which it is one
ABOVE = 0.6  # share of the narrower one's columns: one lies above the other
STEPPED = 0.6  # share of their rows: two digits side by side have more in common
TOUCHING = 0.05  # of the height of both: strokes of one digit are no farther apart

Labels = NDArray[np.int32]
"""The piece that each pixel belongs to, counted from 1, or 0 on paper: (h, w)."""


@dataclass(frozen=True)
class _Part:
    """One or more pieces of the ink, taken for one digit."""

    labels: tuple[int, ...]
    box: Box

    @property
    def height(self) -> int:
        return _length(self.box[0])

    @property
    def width(self) -> int:
        return _length(self.box[1])

    def __or__(self, other: "_Part") -> "_Part":
        rows, columns = map(_union, self.box, other.box)
        return _Part(self.labels + other.labels, (rows, columns))


def digits(
    drawing: NDArray[np.uint8], *, paper: Colour | None = None
) -> list[tuple[Box, Ink]]:
    """Find each digit of a drawing, from left to right: its box and its image.

    Args:
        drawing: uint8, grey (h, w), RGB (h, w, 3) or RGBA (h, w, 4), as
            `framing.to_mnist` takes it.
        paper: the paper's colour, where it is known.

    Returns:
        The rows and columns of the drawing that hold the digit, and its image framed
        as MNIST's, float32 (28, 28). None of them in an empty drawing.

    Raises:
        DrawingError: the array has another shape or type.
    """
    ink = framing.extract_ink(drawing, paper=paper)
    scale = len(drawing) / len(ink)  # a large photograph's ink is smaller than it
    return [(_enlarged(box, scale), image) for box, image in _cut_out(ink)]


def _cut_out(ink: Ink) -> list[tuple[Box, Ink]]:
    """Return the box of each digit in the ink, and its image."""
    whole = framing.bounding_box(ink)
    if whole is None:
        return []
    ink = ink[whole]
    labels, count = ndimage.label(ink >= framing.EDGE * ink.max(), np.ones((3, 3)))
    if count == 1:  # nearly every drawing, and there is nothing to join
        return [(whole, framing.frame(ink))]
    joined = _join_crossing(_join_short(_pieces(labels)), labels)
    # They lean over each other at most, as one that spans another's columns was joined
    # with it. So they end in the order in which they begin.
    joined.sort(key=lambda part: part.box[1].start)
    return [
        (_inside(whole, part.box), framing.frame(_alone(part, ink, labels)))
        for part in joined
    ]


def _pieces(labels: Labels) -> list[_Part]:
    """Return the pieces that are no specks."""
    sizes = np.bincount(labels.ravel())[1:]
    largest = np.argsort(-sizes, kind="stable")[:MOST]
    boxes = ndimage.find_objects(labels)
    least = SPECK * sizes.max()
    return [_Part((int(i) + 1,), boxes[i]) for i in largest if sizes[i] >= least]


def _join_short(parts: list[_Part]) -> list[_Part]:
    """Join what is too short to be a digit with what is nearest."""
    tallest = max(part.height for part in parts)
    while short := next((part for part in parts if _is_short(part, tallest)), None):
        others = [part for part in parts if part is not short]
        nearest = min(others, key=lambda other: math.hypot(*_gaps(short, other)))
        parts = [part for part in others if part is not nearest] + [short | nearest]
    return parts


def _is_short(part: _Part, tallest: int) -> bool:
    """Tell whether a part is too short for a digit beside one that is `tallest`."""
    limit = SHORT_BAR if part.width > BAR * part.height else SHORT
    return part.height < limit * tallest


def _join_crossing(parts: list[_Part], labels: Labels) -> list[_Part]:
    """Join what does not stand side by side as digits do."""
    for one, other in combinations(parts, 2):
        if _is_above(one, other) or _is_stepped(one, other, labels):
            rest = [part for part in parts if part not in (one, other)]
            return _join_crossing([*rest, one | other], labels)
    return parts


def _is_above(one: _Part, other: _Part) -> bool:
    """Tell whether one lies above the other: they share most of their columns."""
    shared = one.width + other.width - (one | other).width
    return shared >= ABOVE * min(one.width, other.width)


def _is_stepped(one: _Part, other: _Part, labels: Labels) -> bool:
    """Tell whether they nearly touch, and one is set higher than the other."""
    both = one | other
    shared = one.height + other.height - both.height
    limit = TOUCHING * both.height
    if shared >= STEPPED * both.height or max(_gaps(one, other)) > limit:
        return False
    around = labels[both.box]
    away = ndimage.distance_transform_edt(~np.isin(around, one.labels))
    return bool(away[np.isin(around, other.labels)].min() <= limit)


def _gaps(one: _Part, other: _Part) -> list[int]:
    """Return the rows and columns between two boxes, 0 where they overlap."""
    pairs = zip(one.box, other.box, strict=True)
    return [max(a.start - b.stop, b.start - a.stop, 0) for a, b in pairs]


def _alone(part: _Part, ink: Ink, labels: Labels) -> Ink:
    """Return the ink in a part's box, without that of others and of specks."""
    its_own = np.isin(labels[part.box], (0, *part.labels))
    return np.where(its_own, ink[part.box], 0)


def _inside(outer: Box, box: Box) -> Box:
    """Return where a box in a box is in the drawing."""
    rows, columns = (
        slice(a.start + b.start, a.start + b.stop)
        for a, b in zip(outer, box, strict=True)
    )
    return rows, columns


def _enlarged(box: Box, scale: float) -> Box:
    """Return where a box is in a picture that is `scale` times as large."""
    rows, columns = (slice(round(s.start * scale), round(s.stop * scale)) for s in box)
    return rows, columns


def _length(span: slice) -> int:
    return int(span.stop - span.start)


def _union(one: slice, other: slice) -> slice:
    """Return the shortest slice that holds both."""
    return slice(min(one.start, other.start), max(one.stop, other.stop))
