"""Tell drawings that are no digits from those that are, by their probabilities."""

import numpy as np

ONE_OF_TWO = 0.9  # of probability, from which it is one of the two likeliest digits


def look_like_digits(probabilities: np.ndarray, threshold: float) -> np.ndarray:
    """Whether each answer, (n, 10), is about a digit at all: bool (n,).

    It is where the answer reaches the threshold of confidence, or cannot decide
    between two digits: what is none gets a little of all ten.
    """
    two = np.sort(probabilities, axis=1)[:, -2:]
    return (two[:, 1] >= threshold) | (two.sum(axis=1) >= ONE_OF_TWO)


def apply_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities (n, 10) as logits divided by the temperature would give them."""
    powers = np.maximum(probabilities, 1e-30) ** (1 / temperature)
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
