"""Hold what the kinds of pictures share."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.photographs.handwriting import Random

Drawn = tuple[NDArray[np.uint8], tuple[str, ...]]
"""A picture's pixels, and the numbers in it."""


def digits(rng: Random, *counts: tuple[int, int]) -> tuple[str, ...]:
    """Choose lines of digits, each with a number of them in these bounds."""
    return tuple(
        "".join(map(str, rng.integers(0, 10, rng.integers(least, most + 1))))
        for least, most in counts
    )
