"""Compare what an exported model says, in its own runtime, with what the app says.

said = check(answer, expected, images)
said["same_digits"], said["largest_difference"], said["milliseconds"]
"""

import time
from collections.abc import Callable
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from mnist_core.recipes import DataName

Answer = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Asks an exported model: an image (1, 28, 28, 1) -> ten probabilities (1, 10)."""


class Check(TypedDict):
    """What came of asking an exported model about some images."""

    images: int
    same_digits: int  # read as the app reads them
    largest_difference: float  # of a probability from the app's
    milliseconds: float  # for an image, one at a time: the median


class Export(Check):
    """What the card of an export says of it, beside what the model's own card says."""

    format: str
    runtime: str  # in which it was checked, and its version
    data: DataName  # whose test images it was asked about
    bytes: int  # of the model's files
    sha256: dict[str, str]  # of each
    input: str
    output: str


def check(
    answer: Answer, expected: NDArray[np.float32], images: NDArray[np.float32]
) -> Check:
    """Ask an exported model about images, one at a time, and compare its answers.

    Args:
        answer: asks the model, in its own runtime.
        expected: the app's own probabilities, (n, 10).
        images: framed images, ink 1 on paper 0, (n, 28, 28, 1).
    """
    answer(images[:1])  # the first one is slow
    answers, seconds = zip(
        *(_timed(answer, images[n : n + 1]) for n in range(len(images))), strict=True
    )
    given = np.concatenate(answers)
    same = given.argmax(axis=1) == expected.argmax(axis=1)
    return {
        "images": len(images),
        "same_digits": int(same.sum()),
        "largest_difference": float(abs(given - expected).max()),
        "milliseconds": 1000 * float(np.median(seconds)),
    }


def _timed(
    answer: Answer, image: NDArray[np.float32]
) -> tuple[NDArray[np.float32], float]:
    start = time.perf_counter()
    probabilities = answer(image)
    return probabilities, time.perf_counter() - start
