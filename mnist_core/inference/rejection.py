"""Tell drawings that are no digits from those that are, by their probabilities."""

import numpy as np
from numpy.typing import NDArray

ONE_OF_TWO = 0.9  # probability of the two likeliest digits, from which it is a digit

Probabilities = NDArray[np.floating]
"""What a model says of each image, ten numbers that sum to 1: (n, 10)."""


def look_like_digits(
    probabilities: Probabilities, threshold: float
) -> NDArray[np.bool_]:
    """Tell of each answer, (n, 10), whether its image looks like a digit: bool (n,).

    It does where the answer reaches the threshold of confidence, or where the model
    cannot decide between two digits: of a doodle it says a little of all ten.
    """
    two = np.sort(probabilities, axis=1)[:, -2:]
    sure: NDArray[np.bool_] = two[:, 1] >= threshold
    undecided: NDArray[np.bool_] = two.sum(axis=1) >= ONE_OF_TWO
    return sure | undecided


def apply_temperature(
    probabilities: Probabilities, temperature: float
) -> NDArray[np.float32]:
    """Return the probabilities (n, 10) that logits divided by `temperature` give."""
    powers: Probabilities = np.maximum(probabilities, 1e-30) ** (1 / temperature)
    shares: Probabilities = powers / powers.sum(axis=1, keepdims=True)
    return shares.astype(np.float32)
