"""Find the paper in a picture, and leave out what surrounds the writing on it.

    from mnist_core.preprocessing import surroundings
    box = surroundings.find_paper(colours)            # rows and columns
    ink = surroundings.without_lines(ink)             # of ruled and squared paper

Pictures of digits come with more than digits: the black edge of a scan, the bars of a
phone's screen, a frame, a snip of paper pasted on white. All of these are straight, and
each has a colour of its own that ends in a step; writing is neither.
"""

import functools
from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

ALIKE = 10  # grey levels of 255 by which one colour differs from itself at most
STEP = 40  # grey levels by which a bar or a frame differs from the paper at least
PASTED = 12  # grey levels by which a snip of paper differs from what it lies on
EVEN = 4  # grey levels by which the ground around a snip differs from itself,
MOSTLY_EVEN = 0.9  # in so much of the border
WHOLE = 0.98  # share of a bar's first row that has its colour
MOSTLY = 0.6  # share of its other rows: a clock and symbols may stand in it
THICKEST = 0.4  # share of the picture's side that a bar takes at most
FILLED = 0.75  # share of its box that a snip of paper fills
CLOSED = 0.9  # share of its length in which a frame has no gap
STRAIGHT = 0.1  # share of its side within which a frame keeps to its box
LEAST = 0.1  # share of the paper's rows that writing takes
FREE = 0.9  # share of its border that writing leaves free
SMALLEST = 0.3  # share of the picture's side that a frame or a snip has at least
LINED = 0.8  # share of a row that a ruled line takes
FAINT = 0.04  # ink from which a line is one
LIGHTER = 0.6  # ink that a line has at most, as share of the darkest

T = TypeVar("T", bound=np.generic)

Box = tuple[slice, slice]
"""Rows and columns of a picture."""

Grey = NDArray[np.floating]
"""A number for each pixel: (h, w)."""


def find_paper(colours: NDArray[np.uint8]) -> Box:
    """Return the rows and columns that hold the paper: of most pictures, all of them.

    Args:
        colours: uint8, grey (h, w) or RGB (h, w, 3), nothing of it transparent.
    """
    pixels = colours.reshape(*colours.shape[:2], -1).astype(np.int16)
    box = slice(0, len(pixels)), slice(0, pixels.shape[1])
    for find in (_without_bars, _snip, _inside_frame):
        inner = find(pixels[box])
        if inner is not None and _holds_writing(pixels[box][inner]):
            box = within(box, inner)
    return box


def without_lines(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the ink (h, w), without that of faint lines from side to side."""
    across = _without_rows(ink)
    return _without_rows(across.T).T


def _holds_writing(pixels: NDArray[np.int16]) -> bool:
    """Tell whether something stands free on paper, (h, w, c), however uneven it is.

    Otherwise what was taken for a bar or a frame may be part of a digit.
    """
    if min(pixels.shape[:2]) < 8:
        return False
    border = rim(pixels)
    marked = difference(pixels, np.median(border, axis=0)) > STEP
    tall, free = marked.any(axis=1).mean(), 1 - rim(marked).mean()
    return bool(tall > LEAST and free > FREE)


def rim(picture: NDArray[T]) -> NDArray[T]:
    """Return the outermost pixels, one after the other: (h, w, ...) -> (n, ...)."""
    sides = picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]
    return np.concatenate(sides)


def difference(
    colours: NDArray[np.number], other: NDArray[np.number]
) -> NDArray[np.floating]:
    """Return how far colours (..., c) are from another (c,), in the part farthest off.

    Where they are grey, (..., 1), it may be a colour all the same.
    """
    parts = np.broadcast_to(colours, (*colours.shape[:-1], len(other)))
    # One part of the colour after the other: NumPy's `max` over an axis of three takes
    # seven times as long.
    each = (np.abs(parts[..., n] - level) for n, level in enumerate(other))
    farthest: NDArray[np.floating] = functools.reduce(np.maximum, each)
    return farthest


def box_of(marked: NDArray[np.bool_]) -> Box:
    """Return the rows and columns that hold all that is marked of (h, w)."""
    where = (np.flatnonzero(marked.any(axis=axis)) for axis in (1, 0))
    rows, columns = (slice(int(found[0]), int(found[-1]) + 1) for found in where)
    return rows, columns


def within(outer: Box, box: Box) -> Box:
    """Return where a box in a box is in the picture."""
    rows, columns = (
        slice(a.start + b.start, a.start + b.stop)
        for a, b in zip(outer, box, strict=True)
    )
    return rows, columns


def _without_bars(pixels: NDArray[np.int16]) -> Box | None:
    """Return what is left of (h, w, c) without the bars along its four sides."""
    paper = np.median(pixels.reshape(-1, pixels.shape[-1]), axis=0)
    sides = pixels, pixels[::-1], pixels.swapaxes(0, 1), pixels.swapaxes(0, 1)[::-1]
    top, bottom, left, right = (_bar(side, paper) for side in sides)
    height, width = pixels.shape[:2]
    return slice(top, height - bottom), slice(left, width - right)


def _bar(rows: NDArray[np.int16], paper: NDArray[np.floating]) -> int:
    """Return how many of the first rows, (h, w, c), are a bar: 0 if none is."""
    colour = np.median(rows[0], axis=0)
    if difference(colour, paper) < STEP or _share(rows[:1], colour)[0] < WHOLE:
        return 0
    others = np.flatnonzero(_share(rows, colour) < MOSTLY)
    # Where it ends, a row or two are of both colours.
    end = int(others[0]) + 2 if len(others) else len(rows)
    if end > THICKEST * len(rows):
        return 0
    return end if difference(np.median(rows[end], axis=0), colour) >= STEP else 0


def _snip(pixels: NDArray[np.int16]) -> Box | None:
    """Return the box of a snip of paper that lies on plain ground, if there is one."""
    border = rim(pixels)
    ground = np.median(border, axis=0)
    if (difference(border, ground) <= EVEN).mean() < MOSTLY_EVEN:
        return None
    differs = difference(pixels, ground) > PASTED
    for box, piece in _large_pieces(differs):
        around = np.ones(differs.shape, bool)
        around[box] = False
        filled = ndimage.binary_fill_holes(piece).mean()
        if filled > FILLED and (differs & around).sum() < (1 - WHOLE) * differs.size:
            # Of one that lies aslant the corners are left out.
            return _shrunk(box, 3 + round((1 - filled) / 2 * min(piece.shape)))
    return None


def _inside_frame(pixels: NDArray[np.int16]) -> Box | None:
    """Return what a drawn frame goes around, if there is one."""
    paper = np.median(pixels.reshape(-1, pixels.shape[-1]), axis=0)
    marked = difference(pixels, paper) > STEP
    for box, piece in _large_pieces(marked):
        down, across = (max(2, round(STRAIGHT * side)) for side in piece.shape)
        middle = slice(down, -down), slice(across, -across)
        if piece[middle].any() or not marked[box][middle].any():
            continue
        sides = (
            piece[:down],
            piece[::-1][:down],
            piece.T[:across],
            piece.T[::-1][:across],
        )
        if all(side.any(axis=0).mean() > CLOSED for side in sides):
            top, bottom, left, right = (_thickness(side) for side in sides)
            height, width = piece.shape
            inner = slice(top, height - bottom), slice(left, width - right)
            return within(box, inner)
    return None


def _thickness(side: NDArray[np.bool_]) -> int:
    """Return how many rows a frame's side, (n, length), takes, apart from its ends."""
    ends = side.shape[1] // 5
    rows = np.flatnonzero(side[:, ends:-ends].any(axis=1))
    return int(rows[-1]) + 2 if len(rows) else 2


def _large_pieces(marked: NDArray[np.bool_]) -> Iterator[tuple[Box, NDArray[np.bool_]]]:
    """Yield the box of each large piece, and which of its pixels are the piece's."""
    labels, _ = ndimage.label(marked, np.ones((3, 3)))
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        spans = zip(box, marked.shape, strict=True)
        if all(span.stop - span.start > SMALLEST * side for span, side in spans):
            yield box, labels[box] == number


def _without_rows(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the ink without that of lines that go from the left to the right."""
    levels = np.quantile(ink, 0.25, axis=1)  # a stroke may lie on half of a line
    lined = (ink > FAINT).mean(axis=1) > LINED
    lined &= levels < LIGHTER * ink.max()
    runs, count = ndimage.label(lined)
    level = np.zeros(len(ink))
    for (run,) in ndimage.find_objects(runs) if count else []:
        around = [*levels[max(run.start - 2, 0) : run.start], *levels[run.stop :][:2]]
        # Beside the pale edge of a stroke is more ink, beside a line there is paper.
        if max(around, default=0) <= levels[run].max() / 2:
            level[run] = levels[run].max()
    level = ndimage.maximum_filter1d(level, 3)[:, None]  # a line's edges are pale
    return np.where((level > 0) & (ink <= 1.2 * level + FAINT), 0, ink)


def _share(rows: NDArray[np.int16], colour: NDArray[np.floating]) -> Grey:
    """Return which share of each row, (h, w, c), has a colour: (h,)."""
    shares: Grey = (difference(rows, colour) <= ALIKE).mean(axis=1)
    return shares


def _shrunk(box: Box, margin: int) -> Box:
    rows, columns = (slice(s.start + margin, s.stop - margin) for s in box)
    return rows, columns
