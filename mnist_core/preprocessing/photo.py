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

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from mnist_core.preprocessing import table, writing
from mnist_core.preprocessing.surroundings import Grey, difference, rim

SMALLEST = 40  # pixels, the shorter side; no camera takes less, and few people cut so
SAME = 2  # grey levels of 255 by which plain paper differs from itself at most
PLAIN = 0.95  # share of a drawing's border that is plain paper or plain ink
LARGEST = 600 * 600  # pixels, of what is worked on
LOWEST = 160  # pixels; the shorter side of what is worked on
COARSE = 4  # pixels; the paper's brightness is estimated in blocks of this side
MARGIN = 4  # blocks by which the minimum reaches farther than the maximum
FINE = 2  # pixels; the side of the blocks where writing is known to be
WINDOW = 0.18  # share of the shorter side; strokes are narrower
THINNEST = 0.09  # share of a digit's longer side; MNIST's strokes are no thinner


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
    grey = table.cover(_reduced(photo))
    dark, light = (_written(seen) for seen in (grey, 255 - grey))
    # What is between the strokes may look like writing, too, but it ends more softly
    # and is of uneven width.
    found = max((dark, light), key=lambda found: found.clearness)
    return found.ink if writing.is_alone(found) else np.zeros_like(found.ink)


def _written(grey: Grey) -> writing.Writing:
    """Return the dark writing on lighter paper, also at the edge of a shadow.

    Without a margin strokes stay whole there, but the edge itself may look like one.
    So only where writing was found with a margin, it is looked for without.
    """
    found = writing.find(_contrast(grey))
    if not writing.is_alone(found):
        return found
    closer = writing.find(_contrast(grey, block=FINE, margin=0))
    return closer if writing.is_alone(closer) else found


def _alike(colours: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Mark the colours (n, c) that nearly equal their median: bool (n,)."""
    away = difference(colours, np.median(colours, axis=0))
    alike: NDArray[np.bool_] = away <= SAME
    return alike


def _reduced(photo: NDArray[np.uint8]) -> Grey:
    """Convert to grey of moderate size; a little blur takes most of the grain away."""
    image = Image.fromarray(photo).convert("L")
    scale = min(
        (LARGEST / (image.width * image.height)) ** 0.5,
        max(1, LOWEST / min(image.size)),
    )
    size = round(image.width * scale), round(image.height * scale)
    resampling = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    image = image.resize(size, resampling)
    blurred: Grey = ndimage.gaussian_filter(np.asarray(image, np.float32), 1)
    return blurred


def _contrast(grey: Grey, *, block: int = COARSE, margin: int = MARGIN) -> Grey:
    """Return the share of the paper's light that is missing; around 0 on bare paper."""
    small = np.asarray(Image.fromarray(grey).reduce(block))
    side = int(WINDOW * min(small.shape)) | 1
    padded = np.pad(small, side, mode="edge")
    # With a margin the minimum reaches further than the maximum did. Otherwise the
    # blocks that hold a table's edge are too bright, and it looks like a stroke.
    brightest = ndimage.maximum_filter(padded, side)
    closed = ndimage.minimum_filter(brightest, side + margin)
    paper = ndimage.gaussian_filter(closed, 1)[side:-side, side:-side]
    contrast: Grey = 1 - grey / np.maximum(_resized(paper, grey.shape), 1)
    contrast -= np.median(contrast)
    return contrast


def _resized(picture: Grey, shape: tuple[int, ...]) -> Grey:
    """Resize a picture to the shape (height, width), smoothly."""
    height, width = shape
    image = Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image)
