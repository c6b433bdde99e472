"""Tell writing from all else that stands out in a picture.

    from mnist_core.preprocessing import writing
    found = writing.find(contrast)         # ink, float32 (h, w), 0 to 1
    writing.is_alone(found)

A pen's stroke is of even width, much longer than wide, ends at an edge, and does not
reach the border. Where little else in the picture is as dark, it is on paper.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mnist_core.preprocessing import strokes
from mnist_core.preprocessing.strokes import Mask
from mnist_core.preprocessing.surroundings import Box, Grey, box_of, rim

FRAME = 0.3  # share of the shorter side that a frame is larger than
EDGE = 0.12  # share of its side within which a frame keeps to its box
FAINTEST = 0.12  # contrast, 0 to 1, of the faintest pen
NOISES = 7  # standard deviations of the grain that any ink stands out by
SHARP = 0.07  # rise a pixel, as share of the contrast: shadows end more softly
SOFT = 1.3  # rise over a stroke's width; so soft only even strokes are believed
EVENEST = 0.15  # deviation of a pen's width, as share of it, that says no more
SOFTEST = 0.7  # rise where the strokes are long, and as even as this at least:
LONG = 20  # squares of their width
EVEN_SOFT = 0.3
EVEN = 0.4  # deviation that any pen stays below while its strokes are soft,
UNEVEN = 0.45  # while they hang together,
UNEVEN_DRY = 0.8  # and while it runs dry, which leaves so many pieces at least:
DRY = 4
OTHERS = 6  # times what is written: so much else may be as dark
LEAST = 5  # squares of its width that writing covers; blots are stouter
TALL = 0.4  # share of the tallest part's height from which a part is none
SIMILAR = 0.6  # share of other strokes' height and width that strokes beside them have
REACH = 4  # pixels around writing that `_sharpness` looks at
SPECK = 0.06  # share of the largest part's ink below which a part is a speck
TINIEST = 0.1  # share of the shorter side below which what was found is no digit


class Writing(NamedTuple):
    """Ink, and how steeply it begins as a share of how much its width varies."""

    contrast: Grey
    ink: NDArray[np.float32]
    clearness: float


def find(contrast: Grey) -> Writing:
    """Return the writing that stands out from the paper; no ink without any."""
    noise = 1.4826 * float(np.median(np.abs(contrast)))  # from median to deviation
    found = [
        (level, marked)
        for level, marked in _candidates(contrast, noise)
        if marked.any() and _is_writing(contrast, marked, noise)
    ]
    if not found:
        return Writing(contrast, np.zeros(contrast.shape, np.float32), 0)
    level, marked = max(found, key=lambda one: float(contrast[one[1]].sum()))
    cut_off = _cut_off(contrast, level)
    for higher in _levels(contrast, noise):
        if higher > level:
            marked |= _beside(marked, cut_off & (contrast > higher))
    marked = _grown(contrast, marked, level, noise)
    box, ink = _around(marked), np.zeros(contrast.shape, np.float32)
    ink[box] = _inked(contrast[box], marked[box], noise)
    unevenness = strokes.measure(marked[box]).unevenness
    clearness = _sharpness(ink[box], marked[box]) / max(unevenness, EVENEST)
    return Writing(contrast, ink, clearness)


def is_alone(found: Writing) -> bool:
    """Tell whether a pen wrote it, and little else in the picture is as dark.

    Only a dry pen, which leaves many pieces, writes unevenly.
    """
    contrast, solid = found.contrast, found.ink > 0.5
    if not solid.any():
        return False
    _, pieces = ndimage.label(solid, np.ones((3, 3)))
    if pieces < DRY and strokes.measure(solid[box_of(solid)]).unevenness > UNEVEN:
        return False
    strength = float(np.percentile(contrast[solid], 75))
    dark = (contrast > strength / 2) & ~ndimage.binary_dilation(solid, iterations=6)
    return bool(dark.sum() < OTHERS * solid.sum())


def _grown(contrast: Grey, marked: Mask, level: float, noise: float) -> Mask:
    """Mark the strokes as far as they are as dark as they should be, or nearly."""
    strength = float(np.percentile(contrast[marked], 75))
    low = max(0.4 * strength, NOISES / 2 * noise)
    if low > level:
        return marked & (contrast > low)
    grown: Mask = ndimage.binary_propagation(marked, mask=contrast > low)
    return marked if rim(grown).any() else grown


def _candidates(contrast: Grey, noise: float) -> Iterator[tuple[float, Mask]]:
    """Yield several levels of contrast, and what stands out at each.

    At a low one a shadow or the paper's lines may join the digit to the border.
    """
    for level in _levels(contrast, noise):
        yield level, _inner_parts(contrast, level)


def _levels(contrast: Grey, noise: float) -> Iterator[float]:
    """Yield levels of contrast, from that of the faintest pen to the darkest."""
    level = max(0.8 * FAINTEST, (NOISES - 1) * noise)
    yield level
    while (level := 1.5 * level) < min(contrast.max(), 0.8):
        yield level


def _cut_off(contrast: Grey, level: float) -> Mask:
    """Mark what stands out and reaches the border."""
    labels, count = ndimage.label(contrast > level, np.ones((3, 3)))
    reaching = np.zeros(count + 1, bool)
    reaching[rim(labels)] = True
    reaching[0] = False
    cut_off: Mask = reaching[labels]
    return cut_off


def _beside(written: Mask, others: Mask) -> Mask:
    """Mark which of others are strokes as those written, and in line with them.

    A line of the paper that crosses a digit takes it to the border at a low level.
    """
    others = others & ~written
    if not others.any():  # of most photographs nothing reaches the border
        return others
    rows, columns = box_of(written)
    written = written[rows, columns]
    pieces = ndimage.find_objects(ndimage.label(written, np.ones((3, 3)))[0])
    height = float(np.median([down.stop - down.start for down, _ in pieces]))
    width = strokes.measure(written).width
    labels, count = ndimage.label(others, np.ones((3, 3)))
    kept = np.zeros(count + 1, bool)
    for number, (down, across) in enumerate(ndimage.find_objects(labels), start=1):
        in_line = rows.start < (down.start + down.stop) / 2 < rows.stop
        near = columns.start - height < across.start
        near &= across.stop < columns.stop + height
        if in_line and near and _is_similar(down.stop - down.start, height):
            stroke = strokes.measure(labels[down, across] == number)
            even = stroke.unevenness < EVEN
            kept[number] = even and _is_similar(stroke.width, width)
    kept[rim(labels)] = False
    beside: Mask = kept[labels]
    return beside


def _is_similar(one: float, other: float) -> bool:
    """Tell whether one size is about as large as the other."""
    return SIMILAR < one / other < 1 / SIMILAR


def _inner_parts(contrast: Grey, level: float) -> Mask:
    """Mark what stands out and is no speck, not far fainter, and off the border."""
    labels: NDArray[np.int32]
    labels, count = ndimage.label(contrast > level, np.ones((3, 3)))
    inside = labels > 0
    numbers, strengths = labels[inside], contrast[inside]
    ink = np.bincount(numbers, strengths, count + 1)
    tops = np.zeros(count + 1)
    np.maximum.at(tops, numbers, strengths)
    boxes = [None, *ndimage.find_objects(labels)]
    kept = np.ones(count + 1, bool)
    kept[0] = kept[rim(labels)] = False  # the paper, and what is cut off
    kept[[n for n in np.flatnonzero(kept) if _is_frame(labels, int(n), boxes[n])]] = (
        False
    )
    kept &= tops > tops.max(where=kept, initial=0) / 2
    tall = np.array([0 if box is None else box[0].stop - box[0].start for box in boxes])
    # A one has little ink, but is as tall as the others.
    kept &= (ink > SPECK * ink.max(where=kept, initial=0)) | (
        tall > TALL * tall.max(where=kept, initial=0)
    )
    marked: Mask = kept[labels]
    return marked


def _is_frame(labels: NDArray[np.int32], number: int, box: Box) -> bool:
    """Tell whether a part goes around something else, and is empty inside."""
    piece = labels[box]
    if min(piece.shape) < FRAME * min(labels.shape):
        return False
    down, across = (round(EDGE * side) + 1 for side in piece.shape)
    inside = piece[down:-down, across:-across]
    return bool(inside.any() and not (inside == number).any())


def _around(marked: Mask) -> Box:
    """Return the box that holds what is marked, and all that its edge is judged by."""
    rows, columns = box_of(marked)
    return (
        slice(max(rows.start - REACH, 0), rows.stop + REACH),
        slice(max(columns.start - REACH, 0), columns.stop + REACH),
    )


def _inked(contrast: Grey, marked: Mask, noise: float) -> Grey:
    """Return the strokes with their grey edges, 0 to 1."""
    full = float(np.percentile(contrast[marked], 75))
    paper = max(0.2 * full, NOISES / 4 * noise)
    near: Mask = ndimage.binary_dilation(marked, np.ones((3, 3)), 2)
    ink: Grey = np.clip((contrast - paper) / (full - paper), 0, 1) * near
    return ink


def _is_writing(contrast: Grey, marked: Mask, noise: float) -> bool:
    """Tell whether what is marked was written with a pen.

    It is neither faint nor tiny, its width is about the same everywhere, it is longer
    than wide, and it ends at an edge.
    """
    full = float(np.percentile(contrast[marked], 75))
    box = _around(marked)
    longest = max(side.stop - side.start for side in box_of(marked))
    if full < max(FAINTEST, NOISES * noise) or longest < TINIEST * min(marked.shape):
        return False
    contrast, marked = contrast[box] / full, marked[box]
    width, unevenness = strokes.measure(marked)
    if marked.sum() < LEAST * width**2 or unevenness > UNEVEN_DRY:
        return False
    sharpness = _sharpness(contrast, marked)
    rise = sharpness * width
    if sharpness >= SHARP or (rise >= SOFT and unevenness <= EVEN):
        return True
    # A picture out of focus has no grain either.
    is_smooth = NOISES * noise <= FAINTEST
    is_long = marked.sum() > LONG * width**2
    return is_smooth and is_long and rise >= SOFTEST and unevenness <= EVEN_SOFT


def _sharpness(contrast: Grey, marked: Mask) -> float:
    """Return how steeply the ink begins, on all but the softest quarter of its edge."""
    edge = marked & ~ndimage.binary_erosion(marked)
    steepness = ndimage.gaussian_gradient_magnitude(contrast, 1)
    return float(np.percentile(steepness[edge], 25))
