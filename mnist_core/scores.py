"""How a model read digits whose truth is known: how many right, and which ones wrong.

score = Score(mnist.y_test, predictor.probabilities(images))
score.accuracy, score.table[4, 9]
mnist.x_test[score.cell(4, 9)]      # the 4s that it took for a 9, the surest first
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

ONE_OF_TWO = 0.9  # of probability, from which it is one of the two likeliest digits


@dataclass(frozen=True)
class Score:
    """What was to be read, and what a model said."""

    digits: np.ndarray  # what they are, (n,)
    probabilities: np.ndarray  # what the model said, (n, 10)

    @cached_property
    def read(self) -> np.ndarray:
        """The digit that each was read as: int (n,)."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def right(self) -> np.ndarray:
        """Whether each was read right: bool (n,)."""
        return self.read == self.digits

    @property
    def accuracy(self) -> float:
        """The share read right, 0 to 1."""
        return float(self.right.mean())

    @property
    def per_digit(self) -> dict[str, float]:
        """Accuracy for each digit that occurs."""
        return {
            str(digit): float(self.right[self.digits == digit].mean())
            for digit in np.unique(self.digits)
        }

    @cached_property
    def table(self) -> np.ndarray:
        """How often each digit (row) was read as each (column): int (10, 10)."""
        table = np.zeros((10, 10), int)
        np.add.at(table, (self.digits, self.read), 1)
        return table

    @property
    def confusions(self) -> list[tuple[int, int, int]]:
        """True digit, digit read instead, how often; the most frequent first."""
        wrong = self.table * ~np.eye(10, dtype=bool)
        pairs = [(int(d), int(r), int(wrong[d, r])) for d, r in np.argwhere(wrong)]
        return sorted(pairs, key=lambda pair: -pair[2])

    @property
    def mistakes(self) -> np.ndarray:
        """The places of those read wrong, the surest first: int (m,)."""
        return self._surest_first(~self.right)

    def cell(self, true: int, read: int) -> np.ndarray:
        """The places of one digit read as one digit, the surest first: int (m,)."""
        return self._surest_first((self.digits == true) & (self.read == read))

    def _surest_first(self, chosen: np.ndarray) -> np.ndarray:
        places = np.flatnonzero(chosen)
        sure = self.probabilities[places].max(axis=1)
        return places[np.argsort(-sure, kind="stable")]


def look_like_digits(probabilities: np.ndarray, threshold: float) -> np.ndarray:
    """Whether each answer, (n, 10), is about a digit at all: bool (n,).

    It is where the answer reaches the threshold of confidence, or cannot decide
    between two digits: what is none gets a little of all ten.
    """
    two = np.sort(probabilities, axis=1)[:, -2:]
    return (two[:, 1] >= threshold) | (two.sum(axis=1) >= ONE_OF_TWO)
