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
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

SMALLEST = 100  # pixels, the shorter side; no camera takes less
LONGEST_FORMAT = 4  # times the shorter side; no camera takes longer ones
SAME = 2  # grey levels of 255 by which plain paper differs from itself at most
PLAIN = 0.95  # share of a drawing's border that is plain paper or plain ink
LONGEST = 600  # pixels, the longer side of what is worked on
COARSE = 4  # pixels; the paper's brightness is estimated in blocks of this side
WINDOW = 0.18  # share of the shorter side; strokes are narrower
SURROUNDINGS = 0.4  # share of each side; in a window like this most is paper
CHALK = 1.3  # how much stronger the light marks on a board are than the dark ones
FAINTEST = 0.12  # contrast, 0 to 1, of the faintest pen
NOISES = 7  # standard deviations of the grain that any ink stands out by
SHARPEST = 0.07  # rise a pixel, as share of the contrast: shadows end more softly
SPECK = 0.06  # share of the largest part's ink below which a part is a speck
PARTS = 4  # no digit is written in more
TINIEST = 0.1  # share of the shorter side below which what was found is no digit
THINNEST = 0.09  # share of a digit's longer side; MNIST's strokes are no thinner

T = TypeVar("T", bound=np.generic)

Grey = NDArray[np.floating]
"""Brightness, 0 to 255, or contrast, around 0 to 1, of each pixel: (h, w)."""

Mask = NDArray[np.bool_]
"""Which pixels are chosen: (h, w)."""


def is_photo(drawing: NDArray[np.uint8]) -> bool:
    """Tell whether an opaque picture, uint8 (h, w) or (h, w, c), has uneven paper.

    A drawing's border is paper of one colour, and ink of one colour that crosses it.
    """
    shorter, longer = sorted(drawing.shape[:2])
    if shorter < SMALLEST or longer > LONGEST_FORMAT * shorter:
        return False
    border = rim(drawing.reshape(*drawing.shape[:2], -1)).astype(np.int16)
    others = border[~_alike(border)]
    plain_ink = int(_alike(others).sum()) if len(others) else 0
    return 1 - (len(others) - plain_ink) / len(border) < PLAIN


def extract_ink(photo: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return how much ink each pixel holds: float32 (h, w), 0 to 1, 0 on empty paper.

    Dark ink on light paper and chalk on a dark board are told apart. What reaches the
    border is no digit, nor is what is soft, faint or in many pieces.

    Args:
        photo: uint8, grey (h, w) or RGB (h, w, 3); the ink returned has at most 600
            pixels a side.
    """
    grey = _reduced(photo)
    contrast = _contrast(255 - grey if _is_board(grey) else grey)
    noise = 1.4826 * float(np.median(np.abs(contrast)))  # from median to deviation
    ink = np.zeros(contrast.shape, np.float32)
    marked = _strokes(contrast, noise)
    if marked.any():
        box = _around(marked)
        ink[box] = _inked(contrast[box], marked[box], noise, min(grey.shape))
    return ink


def rim(picture: NDArray[T]) -> NDArray[T]:
    """Return the outermost pixels, one after the other: (h, w, ...) -> (n, ...)."""
    sides = picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]
    return np.concatenate(sides)


def _alike(colours: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Mark the colours (n, c) that nearly equal their median: bool (n,)."""
    away = np.abs(colours - np.median(colours, axis=0)).max(axis=1)
    alike: NDArray[np.bool_] = away <= SAME
    return alike


def _reduced(photo: NDArray[np.uint8]) -> Grey:
    """Convert to grey of moderate size; a little blur takes most of the grain away."""
    image = Image.fromarray(photo).convert("L")
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    blurred: Grey = ndimage.gaussian_filter(np.asarray(image, np.float32), 1)
    return blurred


def _is_board(grey: Grey) -> bool:
    """Tell whether light marks stand out from around them, and dark ones less."""
    small = np.asarray(Image.fromarray(grey).reduce(COARSE))
    tiny = np.asarray(Image.fromarray(small).reduce(COARSE))
    window = [int(side * SURROUNDINGS) | 1 for side in tiny.shape]
    around = _resized(ndimage.median_filter(tiny, window, mode="nearest"), small.shape)
    edge = max(small.shape) // 20  # where the table may show beside the paper
    ratio = np.log((small + 1) / (around + 1))[edge:-edge, edge:-edge]
    darkest, lightest = np.percentile(ratio, [0.2, 99.8])
    return bool(lightest > -CHALK * darkest)


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


def _strokes(contrast: Grey, noise: float) -> Mask:
    """Mark a digit's strokes: bool (h, w), nothing where there is no digit."""
    level, marked = max(
        _candidates(contrast, noise), key=lambda c: contrast[c[1]].sum()
    )
    if not marked.any():
        return marked
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
    every = np.arange(count + 1)
    ink = np.bincount(labels.ravel(), contrast.ravel(), count + 1)
    tops = np.asarray(ndimage.maximum(contrast, labels, every))
    ink[0] = tops[0] = 0  # the paper
    ink[rim(labels)] = tops[rim(labels)] = 0
    kept = (tops > tops.max() / 2) & (ink > 0)
    kept &= ink > SPECK * ink.max(where=kept, initial=0)
    marked: Mask = kept[labels]
    return marked


def _box(marked: Mask) -> tuple[slice, slice]:
    """Return the rows and columns of the box that holds all that is marked."""
    rows, columns = ndimage.find_objects(marked.astype(np.uint8))[0]
    return rows, columns


def _around(marked: Mask) -> tuple[slice, slice]:
    """Return the box that holds what is marked, and half as much on each side."""
    rows, columns = _box(marked)
    margin = max(rows.stop - rows.start, columns.stop - columns.start) // 2 + 4
    return (
        slice(max(rows.start - margin, 0), rows.stop + margin),
        slice(max(columns.start - margin, 0), columns.stop + margin),
    )


def _inked(contrast: Grey, marked: Mask, noise: float, shorter: int) -> Grey | float:
    """Return the strokes with their grey edges, 0 to 1; 0 where they make no digit."""
    full = float(np.percentile(contrast[marked], 75))
    rows, columns = _box(marked)
    longest = max(rows.stop - rows.start, columns.stop - columns.start)
    if (
        full < max(FAINTEST, NOISES * noise)
        or longest < TINIEST * shorter
        or ndimage.label(marked, np.ones((3, 3)))[1] > PARTS
        or _sharpness(contrast / full, marked) < SHARPEST
    ):
        return 0
    paper = max(0.2 * full, NOISES / 4 * noise)
    near: Mask = ndimage.binary_dilation(marked, np.ones((3, 3)), 2)
    ink: Grey = np.clip((contrast - paper) / (full - paper), 0, 1) * near
    return np.maximum(ink, _thickened(marked, THINNEST * longest))


def _sharpness(contrast: Grey, marked: Mask) -> float:
    """Return how steeply the ink begins, on all but the softest quarter of its edge."""
    edge = marked & ~ndimage.binary_erosion(marked)
    steepness = ndimage.gaussian_gradient_magnitude(contrast, 1)
    return float(np.percentile(steepness[edge], 25))


def _thickened(marked: Mask, width: float) -> Grey:
    """Make the strokes at least so wide, in pixels; the network knows no hairlines."""
    # Across a stroke the distances from its edge rise and fall, so that their average
    # is a quarter of the stroke's width.
    now = 4 * float(ndimage.distance_transform_edt(marked)[marked].mean()) - 1
    if now >= width:
        return np.zeros(marked.shape)
    away: Grey = ndimage.distance_transform_edt(~marked)
    thickened: Grey = np.clip((width - now) / 2 + 1 - away, 0, 1)
    return thickened
