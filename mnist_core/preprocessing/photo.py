"""Find the ink in a photograph of a digit on paper or on a board.

    from mnist_core.preprocessing import photo
    if photo.is_photo(drawing):
        ink = photo.extract_ink(drawing)   # float32 (h, w), 0 to 1

In a photograph the paper is uneven: light falls off, shadows lie on it, the sensor adds
grain. So its brightness is estimated around every pixel, by a morphological closing,
which fills whatever is narrower than its window: the strokes
(https://docs.scipy.org/doc/scipy/reference/generated/scipy.ndimage.grey_closing.html).
Ink is the share of the light that is missing there.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from mnist_core.preprocessing import strokes
from mnist_core.preprocessing.strokes import Mask
from mnist_core.preprocessing.surroundings import Box, rim

SMALLEST = 40  # pixels, the shorter side; no camera takes less, and few people cut so
SAME = 2  # grey levels of 255 by which plain paper differs from itself at most
PLAIN = 0.95  # share of a drawing's border that is plain paper or plain ink
LARGEST = 600 * 600  # pixels, of what is worked on
COARSE = 4  # pixels; the paper's brightness is estimated in blocks of this side
WINDOW = 0.18  # share of the shorter side; strokes are narrower
FRAME = 0.3  # share of the shorter side that a frame is larger than
EDGE = 0.12  # share of its side within which a frame keeps to its box
FAINTEST = 0.12  # contrast, 0 to 1, of the faintest pen
NOISES = 7  # standard deviations of the grain that any ink stands out by
SHARP = 0.07  # rise a pixel, as share of the contrast: shadows end more softly
SOFT = 1.3  # rise over a stroke's width; so soft only even strokes are believed
EVEN = 0.4  # deviation of a pen's width, as share of it
UNEVEN = 0.8  # of a dry pen's
LEAST = 5  # squares of its width that writing covers; blots are stouter
TALL = 0.4  # share of the tallest part's height from which a part is none
SPECK = 0.06  # share of the largest part's ink below which a part is a speck
TINIEST = 0.1  # share of the shorter side below which what was found is no digit
THINNEST = 0.09  # share of a digit's longer side; MNIST's strokes are no thinner

Grey = NDArray[np.floating]
"""Brightness, 0 to 255, or contrast, around 0 to 1, of each pixel: (h, w)."""


def is_photo(drawing: NDArray[np.uint8]) -> bool:
    """Tell whether an opaque picture, uint8 (h, w) or (h, w, c), has uneven paper.

    A drawing's border is paper of one colour, and ink of one colour that crosses it.
    """
    if min(drawing.shape[:2]) < SMALLEST:
        return False
    border = rim(drawing.reshape(*drawing.shape[:2], -1)).astype(np.int16)
    others = border[~_alike(border)]
    plain_ink = int(_alike(others).sum()) if len(others) else 0
    return 1 - (len(others) - plain_ink) / len(border) < PLAIN


def extract_ink(photo: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return how much ink each pixel holds: float32 (h, w), 0 to 1, 0 on empty paper.

    Dark ink on light paper and chalk on a dark board are told apart. What reaches the
    border is no digit, nor is what is soft, faint or of uneven width.

    Args:
        photo: uint8, grey (h, w) or RGB (h, w, 3); the ink returned has its proportions
            and at most 360,000 pixels.
    """
    grey = _reduced(photo)
    as_dark, as_light = (_writing(_contrast(seen)) for seen in (grey, 255 - grey))
    # What is between the strokes may look like writing, too, but it ends more softly.
    return max((as_dark, as_light), key=lambda found: found.sharpness).ink


class _Writing(NamedTuple):
    """Ink, and how steeply it begins."""

    ink: NDArray[np.float32]
    sharpness: float


def _writing(contrast: Grey) -> _Writing:
    """Return the writing that stands out from the paper; no ink without any."""
    noise = 1.4826 * float(np.median(np.abs(contrast)))  # from median to deviation
    ink = np.zeros(contrast.shape, np.float32)
    found = [
        (level, marked)
        for level, marked in _candidates(contrast, noise)
        if marked.any() and _is_writing(contrast, marked, noise)
    ]
    if not found:
        return _Writing(ink, 0)
    level, marked = max(found, key=lambda one: float(contrast[one[1]].sum()))
    marked = _grown(contrast, marked, level, noise)
    box = _around(marked)
    ink[box] = _inked(contrast[box], marked[box], noise)
    return _Writing(ink, _sharpness(ink[box], marked[box]))


def _alike(colours: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Mark the colours (n, c) that nearly equal their median: bool (n,)."""
    away = np.abs(colours - np.median(colours, axis=0)).max(axis=1)
    alike: NDArray[np.bool_] = away <= SAME
    return alike


def _reduced(photo: NDArray[np.uint8]) -> Grey:
    """Convert to grey of moderate size; a little blur takes most of the grain away."""
    image = Image.fromarray(photo).convert("L")
    scale = min(1, (LARGEST / (image.width * image.height)) ** 0.5)
    size = round(image.width * scale), round(image.height * scale)
    image = image.resize(size, Image.Resampling.BOX)
    blurred: Grey = ndimage.gaussian_filter(np.asarray(image, np.float32), 1)
    return blurred


def _contrast(grey: Grey) -> Grey:
    """Return the share of the paper's light that is missing; around 0 on bare paper."""
    small = np.asarray(Image.fromarray(grey).reduce(COARSE))
    side = int(WINDOW * min(small.shape)) | 1
    padded = np.pad(small, side, mode="edge")
    # The minimum reaches further than the maximum did. Otherwise the blocks that hold
    # a table's edge would be too bright, and the edge would look like a stroke.
    closed = ndimage.minimum_filter(ndimage.maximum_filter(padded, side), side + 4)
    paper = ndimage.gaussian_filter(closed, 1)[side:-side, side:-side]
    contrast: Grey = 1 - grey / np.maximum(_resized(paper, grey.shape), 1)
    contrast -= np.median(contrast)
    return contrast


def _resized(picture: Grey, shape: tuple[int, ...]) -> Grey:
    """Resize a picture to the shape (height, width), smoothly."""
    height, width = shape
    image = Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image)


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
    level = max(0.8 * FAINTEST, (NOISES - 1) * noise)
    yield level, _inner_parts(contrast, level)
    while (level := 1.5 * level) < min(contrast.max(), 0.8):
        yield level, _inner_parts(contrast, level)


def _inner_parts(contrast: Grey, level: float) -> Mask:
    """Mark what stands out and is no speck, not far fainter, and off the border."""
    labels: NDArray[np.int32]
    labels, count = ndimage.label(contrast > level, np.ones((3, 3)))
    ink = np.bincount(labels.ravel(), contrast.ravel(), count + 1)
    tops = np.zeros(count + 1)
    np.maximum.at(tops, labels[labels > 0], contrast[labels > 0])
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


def _box(marked: Mask) -> Box:
    """Return the rows and columns of the box that holds all that is marked."""
    rows, columns = ndimage.find_objects(marked.astype(np.uint8))[0]
    return rows, columns


def _around(marked: Mask) -> Box:
    """Return the box that holds what is marked, and half as much on each side."""
    rows, columns = _box(marked)
    margin = max(rows.stop - rows.start, columns.stop - columns.start) // 2 + 4
    return (
        slice(max(rows.start - margin, 0), rows.stop + margin),
        slice(max(columns.start - margin, 0), columns.stop + margin),
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
    longest = max(span.stop - span.start for span in _box(marked))
    if full < max(FAINTEST, NOISES * noise) or longest < TINIEST * min(marked.shape):
        return False
    contrast, marked = contrast[box] / full, marked[box]
    width, unevenness = strokes.measure(marked)
    if marked.sum() < LEAST * width**2 or unevenness > UNEVEN:
        return False
    sharpness = _sharpness(contrast, marked)
    return sharpness >= SHARP or (sharpness * width >= SOFT and unevenness <= EVEN)


def _sharpness(contrast: Grey, marked: Mask) -> float:
    """Return how steeply the ink begins, on all but the softest quarter of its edge."""
    edge = marked & ~ndimage.binary_erosion(marked)
    steepness = ndimage.gaussian_gradient_magnitude(contrast, 1)
    return float(np.percentile(steepness[edge], 25))
