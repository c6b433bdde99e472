"""Cut two digits apart that touch: along the way through the least ink.

left, right = touching.cut_apart(ink)
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mnist_core.preprocessing.framing import Ink

WIDE: Final = 0.9  # width to height from which one piece may be two digits
EDGE: Final = 0.25  # share of the width at each side that the way does not enter
DETOUR: Final = 0.02  # what a step costs that meets no ink: the way keeps straight


def are_likely(height: int, width: int) -> bool:
    """Tell whether a piece of this size, in pixels, may be two digits."""
    return width >= WIDE * height and width >= 4


def cut_apart(ink: Ink) -> tuple[Ink, Ink]:
    """Return the ink, float (h, w), on the left and on the right of the way.

    Both are as large as it was.
    """
    is_left = np.arange(ink.shape[1]) < _way(ink)[:, None]
    return np.where(is_left, ink, 0), np.where(is_left, 0, ink)


def _way(ink: Ink) -> NDArray[np.intp]:
    """Return the column in each row, from top to bottom, through the least ink.

    From one row to the next it goes a column aside at the most.
    """
    first = round(EDGE * ink.shape[1])
    middle = ink[:, first : ink.shape[1] - first] + DETOUR
    costs, came_from = middle[0], []
    for row in middle[1:]:
        padded = np.pad(costs, 1, constant_values=np.inf)
        steps = np.stack([padded[1:-1], padded[:-2] + DETOUR, padded[2:] + DETOUR])
        came_from.append(steps.argmin(axis=0))
        costs = steps.min(axis=0) + row
    way = [int(costs.argmin())]
    for step in reversed(came_from):
        way.append(way[-1] + (0, -1, 1)[step[way[-1]]])
    columns: NDArray[np.intp] = np.array(way[::-1], np.intp) + first
    return columns
