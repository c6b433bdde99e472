"""The confusion matrix: how often each digit was read as each, to choose from.

A row is what the digits are, a column what the network read. Each cell is a button, and
so is each digit at the edge: it stands for all mistakes in its row or column.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import streamlit as st

from pages.components.shared.formatting import a_digit

EDGED: Final = (None, *range(10))  # rows and columns: before the digits, their edge
FAINTEST: Final = 0.3  # of the strongest colour: a single mistake is seen, too
FOLDER = Path(__file__).parent

Cell = tuple[int | None, int | None]
"""What a digit is, and what it was read as; None for any, of the mistakes alone."""

_confusion = st.components.v2.component(
    "confusion",
    html="<div class='room'></div>",
    css=(FOLDER / "confusion_matrix.css").read_text(),
    js=(FOLDER / "confusion_matrix.js").read_text(),
)


def show(
    table: np.ndarray, *, chosen: Cell, on_choose: Callable[[Cell], None], key: str
) -> None:
    """Show the matrix.

    Args:
        table: how often each digit (row) was read as each (column), int (10, 10).
        chosen: the cell that is marked.
        on_choose: hears of the cell that the visitor chooses, before the page runs.
        key: another one for each place in a page.
    """

    def hear() -> None:
        if cell := parse_event(st.session_state[key].chosen):
            on_choose(cell)

    data = {**to_props(table), "chosen": chosen}
    _confusion(key=key, data=data, height="content", on_chosen_change=hear)


def to_props(table: np.ndarray) -> dict[str, Any]:
    """What the browser needs to know, all of it fit for JSON.

    Names are of the edge, too; so they have one row and one column more.
    """
    wrong = table * ~np.eye(10, dtype=bool)
    most = int(wrong.max())
    return {
        "counts": table.tolist(),
        "levels": [[_level(count, most) for count in row] for row in wrong.tolist()],
        "names": [[_name(table, wrong, (t, r)) for r in EDGED] for t in EDGED],
    }


def parse_event(sent: Any) -> Cell | None:
    """The cell that the browser sent; None unless there is such a one."""
    match sent:
        case {"true": true, "read": read} if true in EDGED and read in EDGED:
            return true, read
    return None


def _level(count: int, most: int) -> float:
    """How strong a cell's colour is, 0 to 1: by orders of magnitude."""
    if not count:
        return 0
    share = math.log(count) / max(math.log(most), 1)
    return round(FAINTEST + (1 - FAINTEST) * share, 2)


def _name(table: np.ndarray, wrong: np.ndarray, cell: Cell) -> str:
    """What a cell, or a digit at the edge, is called for those who do not see it."""
    match cell:
        case None, None:
            return f"All mistakes: {wrong.sum()}"
        case true, None:
            return f"{_a_digit(true)} misread: {wrong[true].sum()}"
        case None, read:
            return f"Wrongly read as {a_digit(read)}: {wrong[:, read].sum()}"
        case true, read if true == read:
            return f"{_a_digit(true)} read right: {table[cell]}"
    return f"{_a_digit(cell[0])} read as {a_digit(cell[1])}: {table[cell]}"


def _a_digit(digit: int) -> str:
    return a_digit(digit).capitalize()
