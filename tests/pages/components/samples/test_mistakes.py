"""Which images belong to a cell of the confusion matrix, and what they are called."""

import numpy as np
import pytest

from mnist_core.evaluation.scores import Score
from pages.components.samples import mistakes
from pages.components.samples.confusion_matrix import Cell


def test_the_images_of_the_edge_are_those_of_its_cells(score):
    for digit in range(10):
        others = [other for other in range(10) if other != digit]
        row = np.concatenate([score.indices(digit, other) for other in others])
        column = np.concatenate([score.indices(other, digit) for other in others])
        assert sorted(mistakes.indices(score, Cell(digit, None))) == sorted(row)
        assert sorted(mistakes.indices(score, Cell(None, digit))) == sorted(column)
    everything = mistakes.indices(score, Cell(None, None))
    assert everything.tolist() == score.mistakes.tolist()


@pytest.mark.parametrize("cell", [(None, None), (4, None), (None, 4), (4, 9)])
def test_mistakes_come_the_surest_first(score, cell):
    found = mistakes.indices(score, Cell(*cell))
    assert not score.correct[found].any()
    confidence = score.probabilities[found].max(axis=1)
    assert (np.diff(confidence) <= 0).all()


def test_right_ones_come_the_least_sure_first(score):
    found = mistakes.indices(score, Cell(4, 4))
    assert score.correct[found].all()
    assert (np.diff(score.probabilities[found].max(axis=1)) >= 0).all()


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ((None, None), "3 of the 60 images were misread, the surest first."),
        ((4, None), "3 of the 60 images of a 4 were misread, the surest first."),
        ((4, 8), "1 of the 60 images of a 4 was wrongly read as an 8."),
        (
            (None, 9),
            "2 of the 60 images were wrongly read as a 9, the surest first.",
        ),
        (
            (4, 4),
            "57 of the 60 images of a 4 were read right, the least sure first; "
            "here are 40.",
        ),
        ((4, 1), "0 of the 60 images of a 4 were wrongly read as a 1."),
    ],
)
def test_cells_in_words(cell, said):
    labels = np.array([4] * 60)
    predicted = np.array([9] * 2 + [8] + [4] * 57)
    score = Score(labels, np.eye(10)[predicted])
    assert mistakes.describe(score, Cell(*cell)) == said
