"""The confusion matrix: what the browser is sent, and what comes back."""

import json

import numpy as np
import pytest

from pages.components.samples import confusion_matrix
from pages.components.samples.confusion_matrix import FAINTEST, Cell

ALL_MISTAKES = Cell(None, None)


def to_props(matrix: np.ndarray, chosen: Cell = ALL_MISTAKES) -> dict:
    """What arrives in the browser."""
    return json.loads(json.dumps(confusion_matrix.to_props(matrix, chosen=chosen)))


def test_the_browser_is_sent_names_for_each_cell(score):
    matrix = score.confusion_matrix
    props = to_props(matrix, chosen=Cell(4, None))
    assert props["counts"] == matrix.tolist()
    assert props["chosen"] == [4, None]
    names = props["names"]
    assert names[0][0] == f"All mistakes: {len(score.mistakes)}"
    assert names[5][10] == f"A 4 read as a 9: {matrix[4, 9]}"
    assert names[9][9] == f"An 8 read right: {matrix[8, 8]}"
    assert names[5][0] == f"A 4 misread: {matrix[4].sum() - matrix[4, 4]}"
    wrongly = matrix[:, 8].sum() - matrix[8, 8]
    assert names[0][9] == f"Wrongly read as an 8: {wrongly}"
    assert [len(row) for row in names] == [11] * 11


def test_colours_grow_with_the_counts_and_a_single_mistake_is_seen():
    matrix = np.diag([980] * 10)
    matrix[0, 1:5] = 1, 2, 10, 100
    levels = to_props(matrix)["levels"]
    assert levels[0][0] == levels[0][5] == levels[4][4] == 0
    assert levels[0][1] == FAINTEST
    assert levels[0][1] < levels[0][2] < levels[0][3] < levels[0][4] == 1


@pytest.mark.parametrize("matrix", [np.diag([5] * 10), np.zeros((10, 10), int)])
def test_a_network_that_is_never_wrong_has_no_colours(matrix):
    assert not np.any(to_props(matrix)["levels"])


@pytest.mark.parametrize("label", [None, 0, 9])
@pytest.mark.parametrize("predicted", [None, 0, 9])
def test_each_cell_can_be_chosen(label, predicted):
    event = {"label": label, "predicted": predicted}
    assert confusion_matrix.parse_event(event) == Cell(label, predicted)


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"label": 4},
        {"label": 10, "predicted": 1},
        {"label": 1, "predicted": -1},
        {"label": [], "predicted": 1},
        {"label": 4.0, "predicted": 1},
        {"label": True, "predicted": 4},
        {"label": None, "predicted": False},
    ],
)
def test_what_is_no_cell_is_not_chosen(event):
    assert confusion_matrix.parse_event(event) is None
