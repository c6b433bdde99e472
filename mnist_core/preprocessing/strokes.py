"""Measure how wide strokes are, and make hairlines wider."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Ink = NDArray[np.float32]
"""How much ink each pixel holds, 0 to 1: (h, w)."""

Mask = NDArray[np.bool_]
"""Which pixels are chosen: (h, w)."""


class Measured(NamedTuple):
    """How wide strokes are."""

    width: float  # pixels, on average over all of them
    unevenness: float  # how much it varies along them, as a share of it


def measure(marked: Mask) -> Measured:
    """Measure how wide the marked strokes are.

    Across a stroke the distances from its edge rise and fall, so that their average is
    a quarter of the stroke's width.
    """
    away = ndimage.distance_transform_edt(np.pad(marked, 1))
    ridge = away[(away > 0) & (away == ndimage.maximum_filter(away, 3))]
    width = 4 * float(away[away > 0].mean()) - 1
    return Measured(width, float(ridge.std() / ridge.mean()))


def thicken(ink: Ink, *, edge: float, thinnest: float) -> Ink:
    """Make strokes wider that are narrower than a share of the digit's longer side.

    Args:
        ink: a digit in its bounding box, (h, w).
        edge: ink from which a pixel belongs to a stroke.
        thinnest: the share, 0 to 1; at 0 the ink stays as it is.
    """
    marked = ink >= edge
    missing = thinnest * max(ink.shape) - measure(marked).width if thinnest else 0
    if missing <= 0:
        return ink
    margin = int(np.ceil(missing / 2))
    wider = np.pad(ink, margin)
    away = ndimage.distance_transform_edt(~np.pad(marked, margin))
    thickened: Ink = np.clip(missing / 2 + 1 - away, 0, 1).astype(np.float32)
    return np.maximum(wider, thickened)
