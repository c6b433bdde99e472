"""The confusion matrix: how often each digit was read as each, to choose from.

confusion_matrix.show(score.confusion_matrix, chosen=Cell(4, 9), on_choose=..., key="")

A row is what the digits are, a column what the network read. Each cell is a button, and
so is each digit at the edge: it stands for all mistakes in its row or column.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt
import streamlit as st

from pages.components.shared import component
from pages.components.shared.formatting import a_digit

Matrix = npt.NDArray[np.integer[Any]]  # (10, 10): labels are rows, predictions columns

EDGE_AND_DIGITS: Final = (None, *range(10))  # rows and columns, the edge first
FAINTEST: Final = 0.3  # of the strongest colour, so that a single mistake is seen too
FOLDER: Final = Path(__file__).parent


class Cell(NamedTuple):
    """A cell of the matrix, or of its edge, which stands for mistakes alone."""

    label: int | None  # None for any
    predicted: int | None  # None for any other


class Props(TypedDict):
    """What the browser is sent; names have a row and a column more: the edge."""

    counts: list[list[int]]
    levels: list[list[float]]  # how strong each cell's colour is, 0 to 1
    names: list[list[str]]
    chosen: Cell


_confusion_matrix = component.define(
    "confusion_matrix",
    html="<div class='container'></div>",
    css=(FOLDER / "confusion_matrix.css").read_text(),
    js=(FOLDER / "confusion_matrix.js").read_text(),
)


def show(
    matrix: Matrix, *, chosen: Cell, on_choose: Callable[[Cell], None], key: str
) -> None:
    """Show the matrix, and below it what its rows, columns and colours mean.

    Args:
        matrix: how often each digit (row) was read as each (column), int (10, 10).
        chosen: the cell that is marked.
        on_choose: called with the cell that the visitor chooses, before the page runs.
        key: another one for each place in a page.
    """

    def on_event() -> None:
        if cell := parse_event(st.session_state[key].chosen):
            on_choose(cell)

    _confusion_matrix(
        key=key,
        data=to_props(matrix, chosen=chosen),
        height="content",
        on_chosen_change=on_event,
    )
    st.caption(
        "This confusion matrix counts the test images: the row is what they are, "
        "the column what the network read; blue is right, orange wrong. Choose a "
        "number, or a digit at the edge, to see the images."
    )


def to_props(matrix: Matrix, *, chosen: Cell) -> Props:
    """Return what the browser is sent."""
    wrong = matrix * ~np.eye(10, dtype=bool)
    most = int(wrong.max())
    return {
        "counts": matrix.tolist(),
        "levels": [[_level(count, most) for count in row] for row in wrong.tolist()],
        "names": [
            [_name(matrix, Cell(label, predicted)) for predicted in EDGE_AND_DIGITS]
            for label in EDGE_AND_DIGITS
        ],
        "chosen": chosen,
    }


def parse_event(event: object) -> Cell | None:
    """Return the cell that the browser sent, or None unless there is such a one."""
    match event:
        case {"label": bool()} | {"predicted": bool()}:  # to Python, True is a 1
            return None
        case {"label": int() | None as label, "predicted": int() | None as predicted}:
            if {label, predicted} <= set(EDGE_AND_DIGITS):
                return Cell(label, predicted)
    return None


def _level(count: int, most: int) -> float:
    """Return how strong a cell's colour is, 0 to 1: by orders of magnitude."""
    if not count:
        return 0
    share = math.log(count) / max(math.log(most), 1)
    return round(FAINTEST + (1 - FAINTEST) * share, 2)


def _name(matrix: Matrix, cell: Cell) -> str:
    """Return what a cell, or a digit at the edge, is called for a screen reader."""
    right = matrix.diagonal()
    match cell:
        case Cell(None, None):
            return f"All mistakes: {matrix.sum() - right.sum()}"
        case Cell(int(label), None):
            return f"{_a_digit(label)} misread: {matrix[label].sum() - right[label]}"
        case Cell(None, int(digit)):
            wrong = matrix[:, digit].sum() - right[digit]
            return f"Wrongly read as {a_digit(digit)}: {wrong}"
        case Cell(int(label), int(digit)) if label == digit:
            return f"{_a_digit(label)} read right: {right[label]}"
        case Cell(int(label), int(digit)):
            return f"{_a_digit(label)} read as {a_digit(digit)}: {matrix[label, digit]}"
    raise AssertionError(cell)


def _a_digit(digit: int) -> str:
    return a_digit(digit).capitalize()
