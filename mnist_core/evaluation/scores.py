"""Score how a model reads digits whose labels are known: how many right, which wrong.

score = Score(mnist.y_test, predictor.probabilities(images))
score.accuracy, score.confusion_matrix[4, 9]
mnist.x_test[score.indices(4, 9)]      # the 4s that it took for a 9, the surest first
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Probabilities = npt.NDArray[np.floating[Any]]  # (n, 10)
Confusion = tuple[int, int, int]
"""True digit, digit read instead, how often."""


@dataclass(frozen=True)
class Score:
    """The labels of some digits, and a model's answers."""

    labels: npt.NDArray[Any]  # 0 to 9, (n,)
    probabilities: Probabilities

    @cached_property
    def predicted(self) -> npt.NDArray[np.intp]:
        """The digit that each was read as, (n,)."""
        likeliest: npt.NDArray[np.intp] = self.probabilities.argmax(axis=1)
        return likeliest

    @cached_property
    def correct(self) -> npt.NDArray[np.bool_]:
        """Whether each was read right, (n,)."""
        same: npt.NDArray[np.bool_] = self.predicted == self.labels
        return same

    @property
    def accuracy(self) -> float:
        """The share read right, 0 to 1."""
        return float(self.correct.mean())

    @property
    def per_digit(self) -> dict[str, float]:
        """The accuracy of each digit that occurs."""
        return {
            str(digit): float(self.correct[self.labels == digit].mean())
            for digit in np.unique(self.labels)
        }

    @cached_property
    def confusion_matrix(self) -> npt.NDArray[np.int_]:
        """How often each digit (row) was read as each (column), (10, 10)."""
        matrix = np.zeros((10, 10), int)
        np.add.at(matrix, (self.labels, self.predicted), 1)
        return matrix

    @property
    def confusions(self) -> list[Confusion]:
        """The mistakes by true and predicted digit, the most frequent first."""
        wrong = self.confusion_matrix * ~np.eye(10, dtype=bool)
        pairs = [(int(d), int(r), int(wrong[d, r])) for d, r in np.argwhere(wrong)]
        return sorted(pairs, key=lambda pair: -pair[2])

    @property
    def mistakes(self) -> npt.NDArray[np.intp]:
        """The indices of those read wrong, the surest first, (m,)."""
        return self._surest_first(~self.correct)

    def indices(self, true: int, read: int) -> npt.NDArray[np.intp]:
        """Return the indices of one digit read as one digit, the surest first, (m,)."""
        return self._surest_first((self.labels == true) & (self.predicted == read))

    def _surest_first(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
        indices = np.flatnonzero(chosen)
        confidence = self.probabilities[indices].max(axis=1)
        return indices[np.argsort(-confidence, kind="stable")]
