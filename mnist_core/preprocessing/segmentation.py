"""Find the digits of a number in one drawing, where they stand side by side.

    from mnist_core.preprocessing import segmentation
    for box, image, line in segmentation.digits(drawing):   # from left to right
        rows, columns = box                                 # where it is in the drawing

Ink that hangs together is a *piece*. Most pieces are a digit, but a 5 may have lost its
hat, and the two strokes of a 4 may not touch. Digits of a number stand side by side and
are about as tall as each other; pieces that do not, are joined into one digit:

    too short to be a digit             the hat of a 5, a dot, the bar of a 7
    above, below or around each other   the broken halves of an 8, a slashed 0
    stepped, and nearly touching        the strokes of a 4

That is geometry alone: which network reads the digits changes nothing about where they
are, and a clean drawing of one digit comes out as `framing.to_mnist` frames it, to the
bit. In a picture strokes may be broken or touch, so other ways to cut it come along, of
which the reader takes one where what it sees is no digit.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, pairwise
from operator import or_
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mnist_core.preprocessing import framing, strokes, surroundings, touching
from mnist_core.preprocessing.framing import Box, Colour, Ink, Written

# Measured on the pen drawings of 24 writers: one digit each, and put together.
SPECK = 0.02  # share of the largest piece's pixels below which a piece is dirt
MOST = 100  # pieces; of more, as in a picture of something else, the largest
SHORT = 0.3  # share of the tallest piece's height that no digit stays below,
SHORT_BAR = 0.4  # nor below this if it is a bar:
BAR = 1.3  # width to height from which it is one
NEAR = 0.25  # of the tallest: what is short and farther off belongs to no digit
GAPS = (
    0.25,
    0.5,
    0.75,
    1,
    1.25,
    1.5,
    1.75,
    2,
)  # widths of the stroke: a pen that runs dry leaves such gaps
DRY = 4  # short pieces; a hat, a bar and a slash are fewer
STUMP = 4  # widths of the stroke that no digit is shorter than
WHOLE = 0.6  # share of the height of near parts from which each may be a digit
ABOVE = 0.6  # share of the narrower one's columns: one lies above the other
STEPPED = 0.6  # share of their rows: two digits side by side have more in common
BESIDE = 0.4  # share of the shorter one's rows: they stand in the same line
FAR = 3  # times their height; so far apart nothing says that they do
APART = 0.15  # of the lower line: two lines of digits are at least so far apart
HALVES = 0.35  # and two digits, or what does not stand above each other
LONGEST = 20  # digits of a number; a ruler has more marks
LARGE = 0.5  # share of the largest line's height from which a line is read, too
TOUCHING = 0.05  # of the height of both: strokes of one digit are no farther apart

Labels = NDArray[np.int32]
"""The piece that each pixel belongs to, counted from 1, or 0 on paper: (h, w)."""


class Digit(NamedTuple):
    """Where a digit of a drawing is, and what a network gets of it."""

    box: Box  # the rows and columns of the drawing that hold it
    image: Ink  # (28, 28), framed as MNIST's
    line: int  # which line of writing it stands in, from the top


class Other(NamedTuple):
    """Another way to see one digit of a picture, as two, or two neighbours, as one."""

    place: slice  # of those that these take the place of, among all digits
    digits: tuple[Digit, ...]
    is_torn: bool = False  # whether strokes are cut through for it


class Cut(NamedTuple):
    """A drawing, cut into digits."""

    digits: list[Digit]  # line by line and from left to right; none without ink
    others: list[Other]  # of a picture, whose strokes may be broken or touch


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
        return _Part(self.labels + other.labels, union([self.box, other.box]))


@dataclass(frozen=True)
class _Cutter:
    """Cuts parts out of the ink of a drawing."""

    ink: Ink  # in its bounding box
    labels: Labels
    place: Box  # where that box is
    scale: float  # pixels of the drawing in one of the ink
    thinnest: float

    def cut(self, part: _Part, line: int) -> Digit:
        alone = _alone(part, self.ink, self.labels)
        return self._digit(alone, part.box, line)

    def cut_apart(self, part: _Part, line: int) -> tuple[Digit, ...]:
        """Cut out a part as two digits that touch."""
        halves = touching.cut_apart(_alone(part, self.ink, self.labels))
        boxes = map(framing.bounding_box, halves)
        return tuple(
            self._digit(half[box], surroundings.within(part.box, box), line)
            for half, box in zip(halves, boxes, strict=True)
            if box
        )

    def _digit(self, ink: Ink, place: Box, line: int) -> Digit:
        box = _enlarged(surroundings.within(self.place, place), self.scale)
        return Digit(box, framing.frame(ink, thinnest=self.thinnest), line)


def digits(drawing: NDArray[np.uint8], *, paper: Colour | None = None) -> list[Digit]:
    """Find each digit of a drawing, line by line and from left to right.

    Args:
        drawing: uint8, grey (h, w), RGB (h, w, 3) or RGBA (h, w, 4), as
            `framing.to_mnist` takes it.
        paper: the paper's colour, where it is known.

    Returns:
        Each digit, line by line and from left to right; none in an empty drawing.

    Raises:
        DrawingError: the array has another shape or type.
    """
    return cut_out(framing.extract(drawing, paper=paper)).digits


def cut_out(written: Written) -> Cut:
    """Return each digit of what is written, as `digits` does."""
    whole = framing.bounding_box(written.ink)
    if whole is None:
        return Cut([], [])
    ink = written.ink[whole]
    labels, _ = ndimage.label(ink >= framing.EDGE * ink.max(), np.ones((3, 3)))
    scale = written.height / len(written.ink)
    cutter = _Cutter(ink, labels, whole, scale, written.thinnest)
    pieces = _pieces(labels)
    lines = _in_lines(pieces, labels, is_picture=written.is_picture)
    cut = [cutter.cut(part, n) for n, line in enumerate(lines) for part in line]
    others = _others(lines, pieces, cutter) if written.is_picture else []
    return Cut(cut, list(others))


def _in_lines(
    pieces: list[_Part], labels: Labels, *, is_picture: bool
) -> list[list[_Part]]:
    """Return the parts that are digits, line by line and from left to right."""
    if len(pieces) == 1:  # nearly every drawing, and there is nothing to join
        return [pieces]
    parts = _join_broken(pieces, labels) if is_picture else pieces
    lines = _lines(_join_short(parts))
    if is_picture:
        lines = _large(lines)
    return [_in_order(_join_crossing(line, labels)) for line in lines]


def _others(
    lines: list[list[_Part]], pieces: list[_Part], cutter: _Cutter
) -> Iterator[Other]:
    """Yield each two neighbours as one, and each digit of several pieces as two."""
    parts = [(part, number) for number, line in enumerate(lines) for part in line]
    for at, ((one, number), (other, next_number)) in enumerate(pairwise(parts)):
        if number == next_number:
            yield Other(slice(at, at + 2), (cutter.cut(one | other, number),))
    for at, (part, number) in enumerate(parts):
        place = slice(at, at + 1)
        if halves := _halves(part, pieces):
            yield Other(place, tuple(cutter.cut(half, number) for half in halves))
        if touching.are_likely(part.height, part.width):
            yield Other(place, cutter.cut_apart(part, number), is_torn=True)


def _halves(part: _Part, pieces: list[_Part]) -> tuple[_Part, _Part] | None:
    """Return a part in two, where its pieces are farthest apart from left to right."""
    its_own = _in_order([piece for piece in pieces if piece.labels[0] in part.labels])
    ways = [
        (_around(its_own[:n]), _around(its_own[n:])) for n in range(1, len(its_own))
    ]
    ways = [
        way for way in ways if min(half.height for half in way) > SHORT * part.height
    ]
    return max(
        ways,
        key=lambda way: way[1].box[1].start - way[0].box[1].stop,
        default=None,
    )


def _in_order(line: list[_Part]) -> list[_Part]:
    """Sort the digits of a line from left to right.

    They lean over each other at most, as one that spans another's columns was joined
    with it. So they end in the order in which they begin.
    """
    return sorted(line, key=lambda part: part.box[1].start)


def _lines(parts: list[_Part]) -> list[list[_Part]]:
    """Return the lines of writing from top to bottom: what stands side by side is one.

    Halves of a digit may lie above each other, too, but closer.
    """
    lines: list[list[_Part]] = []
    for part in _in_order(parts):
        near = [line for line in lines if any(_are_beside(part, o) for o in line)]
        rest = [line for line in lines if line not in near]
        lines = [*rest, [part, *(each for line in near for each in line)]]
    lines.sort(key=lambda line: _around(line).box[0].start)
    joined = lines[:1]
    for line in lines[1:]:
        if _are_apart(joined[-1], line):
            joined.append(line)
        else:
            joined[-1] = joined[-1] + line
    return joined


def _large(lines: list[list[_Part]]) -> list[list[_Part]]:
    """Return the lines about as large as the largest: others are print, or a ruler."""
    lines = [line for line in lines if len(line) <= LONGEST] or lines
    heights = [median(part.height for part in line) for line in lines]
    return [
        line
        for line, height in zip(lines, heights, strict=True)
        if height >= LARGE * max(heights)
    ]


def _are_beside(one: _Part, other: _Part) -> bool:
    """Tell whether two parts stand in the same line, not far from each other."""
    shared = one.height + other.height - (one | other).height
    far = FAR * max(one.height, other.height)
    return shared >= BESIDE * min(one.height, other.height) and (
        _gaps(one, other)[1] <= far
    )


def _are_apart(above: list[_Part], below: list[_Part]) -> bool:
    """Tell whether two lines are two, and not the halves of one.

    A line that leans may reach farther down than the next one, at its other end. So
    parts that stand above each other are compared, if there are any.
    """
    stacked = [
        (over, under) for over in above for under in below if _gaps(over, under)[1] == 0
    ]
    one, other = _around(above), _around(below)
    gap = min(
        under.box[0].start - over.box[0].stop
        for over, under in stacked or [(one, other)]
    )
    surely_lines = stacked and max(len(above), len(below)) > 1
    least = APART if surely_lines else HALVES
    return bool(gap >= least * min(one.height, other.height))


def _around(line: list[_Part]) -> _Part:
    return reduce(or_, line)


def _pieces(labels: Labels) -> list[_Part]:
    """Return the pieces that are no specks."""
    sizes = np.bincount(labels.ravel())[1:]
    largest = np.argsort(-sizes, kind="stable")[:MOST]
    boxes = ndimage.find_objects(labels)
    least = SPECK * sizes.max()
    return [_Part((int(i) + 1,), boxes[i]) for i in largest if sizes[i] >= least]


def _is_dry(parts: list[_Part], width: float) -> bool:
    """Tell whether strokes were broken off again and again, as by a dry pen."""
    short = max(WHOLE * max(part.height for part in parts), STUMP * width)
    return sum(part.height < short for part in parts) >= DRY


def _join_broken(parts: list[_Part], labels: Labels) -> list[_Part]:
    """Join what a dry pen wrote: parts with little paper between, at most one tall.

    The smallest gaps are closed first. What has become a digit by then is tall, and
    stays apart from the next one.
    """
    width = strokes.measure(labels > 0).width
    if not _is_dry(parts, width):
        return parts
    marked = np.isin(labels, [label for part in parts for label in part.labels])
    away = ndimage.distance_transform_edt(~marked)
    for gap in GAPS:
        groups, _ = ndimage.label(away <= gap * width / 2, np.ones((3, 3)))
        found: dict[int, list[_Part]] = {}
        for part in parts:
            found.setdefault(_group_of(part, labels, groups), []).append(part)
        parts = [part for group in found.values() for part in _mended(group)]
    return parts


def _group_of(part: _Part, labels: Labels, groups: Labels) -> int:
    """Return the group that the first of a part's pixels belongs to."""
    inside = labels[part.box] == part.labels[0]
    return int(groups[part.box].flat[int(inside.argmax())])


def _mended(group: list[_Part]) -> list[_Part]:
    """Return near parts as one, unless several of them are tall enough for digits."""
    whole = _around(group)
    tall = [part for part in group if part.height >= WHOLE * whole.height]
    return group if len(tall) > 1 else [whole]


def _join_short(parts: list[_Part]) -> list[_Part]:
    """Join what is too short to be a digit with what is nearest, if that is near."""
    tallest = max(part.height for part in parts)
    while short := next((part for part in parts if _is_short(part, tallest)), None):
        others = [part for part in parts if part is not short]
        nearest = min(others, key=lambda other: math.hypot(*_gaps(short, other)))
        parts = others
        if math.hypot(*_gaps(short, nearest)) <= NEAR * tallest:
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


def _enlarged(box: Box, scale: float) -> Box:
    """Return where a box is in a picture that is `scale` times as large."""
    rows, columns = (slice(round(s.start * scale), round(s.stop * scale)) for s in box)
    return rows, columns


def _length(span: slice) -> int:
    return int(span.stop - span.start)


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all of some, at least one."""
    rows, columns = (
        slice(min(span.start for span in spans), max(span.stop for span in spans))
        for spans in zip(*boxes, strict=True)
    )
    return rows, columns
