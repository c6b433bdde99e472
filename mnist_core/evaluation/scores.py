"""How a model read digits whose truth is known: how many right, and which ones wrong.

score = Score(mnist.y_test, predictor.probabilities(images))
score.accuracy, score.confusion_matrix[4, 9]
mnist.x_test[score.indices(4, 9)]      # the 4s that it took for a 9, the surest first
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Score:
    """What was to be read, and what a model said."""

    labels: np.ndarray  # what they are, (n,)
    probabilities: np.ndarray  # what the model said, (n, 10)

    @cached_property
    def predicted(self) -> np.ndarray:
        """The digit that each was read as: int (n,)."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether each was read right: bool (n,)."""
        return self.predicted == self.labels

    @property
    def accuracy(self) -> float:
        """The share read right, 0 to 1."""
        return float(self.correct.mean())

    @property
    def per_digit(self) -> dict[str, float]:
        """Accuracy for each digit that occurs."""
        return {
            str(digit): float(self.correct[self.labels == digit].mean())
            for digit in np.unique(self.labels)
        }

    @cached_property
    def confusion_matrix(self) -> np.ndarray:
        """How often each digit (row) was read as each (column): int (10, 10)."""
        table = np.zeros((10, 10), int)
        np.add.at(table, (self.labels, self.predicted), 1)
        return table

    @property
    def confusions(self) -> list[tuple[int, int, int]]:
        """True digit, digit read instead, how often; the most frequent first."""
        wrong = self.confusion_matrix * ~np.eye(10, dtype=bool)
        pairs = [(int(d), int(r), int(wrong[d, r])) for d, r in np.argwhere(wrong)]
        return sorted(pairs, key=lambda pair: -pair[2])

    @property
    def mistakes(self) -> np.ndarray:
        """The places of those read wrong, the surest first: int (m,)."""
        return self._surest_first(~self.correct)

    def indices(self, true: int, read: int) -> np.ndarray:
        """The places of one digit read as one digit, the surest first: int (m,)."""
        return self._surest_first((self.labels == true) & (self.predicted == read))

    def _surest_first(self, chosen: np.ndarray) -> np.ndarray:
        places = np.flatnonzero(chosen)
        sure = self.probabilities[places].max(axis=1)
        return places[np.argsort(-sure, kind="stable")]
