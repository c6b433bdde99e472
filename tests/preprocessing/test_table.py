"""Sheets of paper on a table: what is beyond their edge is covered."""

import numpy as np
import pytest
from scipy import ndimage

from mnist_core.preprocessing import table

HEIGHT, WIDTH = 240, 320
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]


def paper() -> np.ndarray:
    """Light that falls off, and grain, and the strokes of a 7."""
    grain = np.random.default_rng(1).normal(0, 2, (HEIGHT, WIDTH))
    grey = 230 - 0.1 * COLUMNS - 0.05 * ROWS + grain
    grey[90:94, 120:180] = 80
    grey[94:170, 148:152] = 80
    return ndimage.gaussian_filter(grey, 1)


def laid(beyond: np.ndarray, *, brightness: float = 90) -> np.ndarray:
    """Paper on a table, which shows where this is true, of uneven brightness."""
    grain = np.random.default_rng(2).normal(0, 12, beyond.shape)
    wood = brightness + ndimage.gaussian_filter(grain, 2)
    return np.where(beyond, wood, paper())


SIDES = {
    "top": ROWS < 40 + 0.1 * COLUMNS,
    "bottom": ROWS > 200 - 0.05 * COLUMNS,
    "left": COLUMNS < 60 + 0.1 * ROWS,
    "right": COLUMNS > 300 - 0.15 * ROWS,
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("brightness", [40, 150])
def test_a_table_along_a_side_becomes_paper(side, brightness):
    covered = table.cover(laid(SIDES[side], brightness=brightness))
    assert np.abs(covered - paper())[SIDES[side]].max() < 30
    far = ~ndimage.binary_dilation(SIDES[side], iterations=14)
    assert np.array_equal(covered[far], paper()[far])


def test_of_a_table_around_a_corner_both_sides_are_covered():
    corner = SIDES["top"] | SIDES["left"]
    assert np.abs(table.cover(laid(corner)) - paper())[corner].max() < 40


def shadow() -> np.ndarray:
    return paper() * (1 - 0.4 / (1 + np.exp((ROWS - 60) / 4)))


def line() -> np.ndarray:
    grey = paper()
    grey[40:42] -= 60
    return grey


def stroke() -> np.ndarray:
    grey = paper()
    grey[20:26, 40:240] = 60
    return grey


def one() -> np.ndarray:
    """A thick 1 with the light falling off beside it."""
    grey = paper() - 0.4 * np.maximum(110 - COLUMNS, 0)
    grey[20:220, 100:120] = 30
    return ndimage.gaussian_filter(grey, 1)


def frame() -> np.ndarray:
    grey = paper()
    grey[20:26, 10:310] = grey[20:220, 10:16] = 30
    return ndimage.gaussian_filter(grey, 1)


@pytest.mark.parametrize("picture", [paper, shadow, line, stroke, one, frame])
def test_what_is_no_table_stays(picture):
    assert np.array_equal(table.cover(picture()), picture())
