"""A photograph of a digit on paper -> how much ink each pixel holds.

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

import numpy as np
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


def is_photo(drawing: np.ndarray) -> bool:
    """Whether an opaque picture, uint8 (h, w) or (h, w, c), has uneven paper.

    A drawing's border is paper of one colour, and ink of one colour that crosses it.
    """
    shorter, longer = sorted(drawing.shape[:2])
    if shorter < SMALLEST or longer > LONGEST_FORMAT * shorter:
        return False
    border = rim(drawing.reshape(*drawing.shape[:2], -1)).astype(np.int16)
    others = border[~_alike(border)]
    ink_too = len(others) and _alike(others).sum()
    return 1 - (len(others) - ink_too) / len(border) < PLAIN


def extract_ink(photo: np.ndarray) -> np.ndarray:
    """How much ink each pixel holds: float32 (h, w), 0 to 1, all 0 on empty paper.

    Dark ink on light paper and chalk on a dark board are told apart. What reaches the
    border is no digit, nor is what is soft, faint or in many pieces.

    Args:
        photo: uint8, grey (h, w) or RGB (h, w, 3); what is returned has at most 600
            pixels a side.
    """
    grey = _reduced(photo)
    contrast = _contrast(255 - grey if _is_board(grey) else grey)
    noise = 1.4826 * float(np.median(np.abs(contrast)))  # from median to deviation
    ink = np.zeros_like(contrast)
    marked = _strokes(contrast, noise)
    if marked.any():
        box = _around(marked)
        ink[box] = _inked(contrast[box], marked[box], noise, min(grey.shape))
    return ink


def rim(picture: np.ndarray) -> np.ndarray:
    """The outermost pixels, one after the other: (h, w, ...) -> (n, ...)."""
    sides = picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]
    return np.concatenate(sides)


def _alike(colours: np.ndarray) -> np.ndarray:
    """Which of the colours (n, c) equal their median, nearly."""
    return (np.abs(colours - np.median(colours, axis=0)) <= SAME).all(axis=1)


def _reduced(photo: np.ndarray) -> np.ndarray:
    """As grey of moderate size; a little blur takes most of the grain away."""
    image = Image.fromarray(photo).convert("L")
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    return ndimage.gaussian_filter(np.asarray(image, np.float32), 1)


def _is_board(grey: np.ndarray) -> bool:
    """Whether light marks stand out from their surroundings, and dark ones less."""
    small = np.asarray(Image.fromarray(grey).reduce(COARSE))
    tiny = np.asarray(Image.fromarray(small).reduce(COARSE))
    window = [int(side * SURROUNDINGS) | 1 for side in tiny.shape]
    around = _resized(ndimage.median_filter(tiny, window, mode="nearest"), small.shape)
    edge = max(small.shape) // 20  # where the table may show beside the paper
    ratio = np.log((small + 1) / (around + 1))[edge:-edge, edge:-edge]
    darkest, lightest = np.percentile(ratio, [0.2, 99.8])
    return bool(lightest > -CHALK * darkest)


def _contrast(grey: np.ndarray) -> np.ndarray:
    """The share of the paper's light that is missing, around 0 where nothing is."""
    small = np.asarray(Image.fromarray(grey).reduce(COARSE))
    side = int(WINDOW * min(small.shape)) | 1
    padded = np.pad(small, side, mode="edge")
    # The minimum reaches further than the maximum did: else the blocks that hold a
    # table's edge would be too bright, and the edge would look like a stroke.
    closed = ndimage.minimum_filter(ndimage.maximum_filter(padded, side), side + 4)
    paper = ndimage.gaussian_filter(closed, 1)[side:-side, side:-side]
    contrast = 1 - grey / np.maximum(_resized(paper, grey.shape), 1)
    return contrast - np.median(contrast)


def _resized(picture: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    height, width = shape
    image = Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image)


def _strokes(contrast: np.ndarray, noise: float) -> np.ndarray:
    """Which pixels are a digit's strokes: bool (h, w), none where there is no digit."""
    level, marked = max(
        _candidates(contrast, noise), key=lambda c: contrast[c[1]].sum()
    )
    if not marked.any():
        return marked
    strength = np.percentile(contrast[marked], 75)
    low = max(0.4 * strength, NOISES / 2 * noise)
    if low > level:
        return marked & (contrast > low)
    grown = ndimage.binary_propagation(marked, mask=contrast > low)
    return marked if rim(grown).any() else grown


def _candidates(
    contrast: np.ndarray, noise: float
) -> Iterator[tuple[float, np.ndarray]]:
    """What stands out at each of several levels.

    At a low one a shadow or the paper's lines may join the digit to the border.
    """
    level = max(0.8 * FAINTEST, (NOISES - 1) * noise)
    yield level, _inner_parts(contrast, level)
    while (level := 1.5 * level) < min(contrast.max(), 0.8):
        yield level, _inner_parts(contrast, level)


def _inner_parts(contrast: np.ndarray, level: float) -> np.ndarray:
    """What stands out and is no speck, is not far fainter, and reaches no border."""
    labels, count = ndimage.label(contrast > level, np.ones((3, 3)))
    every = np.arange(count + 1)
    ink = np.bincount(labels.ravel(), contrast.ravel(), count + 1)
    tops = np.asarray(ndimage.maximum(contrast, labels, every))
    ink[0] = tops[0] = 0  # the paper
    ink[rim(labels)] = tops[rim(labels)] = 0
    kept = (tops > tops.max() / 2) & (ink > 0)
    kept &= ink > SPECK * ink.max(where=kept, initial=0)
    return kept[labels]


def _around(marked: np.ndarray) -> tuple[slice, ...]:
    """The box that holds what is marked, and half as much on each side."""
    box = ndimage.find_objects(marked.astype(np.uint8))[0]
    margin = max(side.stop - side.start for side in box) // 2 + 4
    return tuple(slice(max(s.start - margin, 0), s.stop + margin) for s in box)


def _inked(
    contrast: np.ndarray, marked: np.ndarray, noise: float, shorter: int
) -> np.ndarray | float:
    """The strokes with their grey edges, 0 to 1; 0 where they make no digit."""
    full = np.percentile(contrast[marked], 75)
    rows, columns = ndimage.find_objects(marked.astype(np.uint8))[0]
    longest = max(rows.stop - rows.start, columns.stop - columns.start)
    if (
        full < max(FAINTEST, NOISES * noise)
        or longest < TINIEST * shorter
        or ndimage.label(marked, np.ones((3, 3)))[1] > PARTS
        or _sharpness(contrast / full, marked) < SHARPEST
    ):
        return 0
    paper = max(0.2 * full, NOISES / 4 * noise)
    near = ndimage.binary_dilation(marked, np.ones((3, 3)), 2)
    ink = np.clip((contrast - paper) / (full - paper), 0, 1) * near
    return np.maximum(ink, _thickened(marked, THINNEST * longest))


def _sharpness(contrast: np.ndarray, marked: np.ndarray) -> float:
    """How steeply the ink begins, on all but the softest quarter of its edge."""
    edge = marked & ~ndimage.binary_erosion(marked)
    steepness = ndimage.gaussian_gradient_magnitude(contrast, 1)
    return float(np.percentile(steepness[edge], 25))


def _thickened(marked: np.ndarray, width: float) -> np.ndarray:
    """The strokes made at least so wide, in pixels; the network knows no hairlines."""
    # Across a stroke the distances from its edge rise and fall: a quarter on average.
    now = 4 * ndimage.distance_transform_edt(marked)[marked].mean() - 1
    if now >= width:
        return np.zeros(marked.shape)
    away = ndimage.distance_transform_edt(~marked)
    return np.clip((width - now) / 2 + 1 - away, 0, 1)
