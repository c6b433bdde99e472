"""Cover the table that a sheet of paper lies on, where a photograph shows it.

    from mnist_core.preprocessing import table
    grey = table.cover(grey)        # (h, w), as if the paper went on to the border

The paper's edge is a straight line from side to side, at which the brightness changes
in a step. Beyond it there is no writing, but much that stands out from paper.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mnist_core.preprocessing.surroundings import Grey

DEEPEST = 0.4  # share of the picture's side that a table takes at most
STEP = 20  # grey levels of 255, over `SHARP` rows, by which it differs from paper
SHARP = 4
STRAIGHT = 0.6  # share of the columns in which the step is where the line is
ASLANT = 0.25  # rows in a column by which the line rises or falls at most
OFF = 3  # pixels from the line that it may be
MARGIN = 4  # pixels of paper along the edge that are covered as well
NEAR = 8  # pixels on either side of the line that are compared
SMOOTH = 41  # pixels along the edge in which the paper hardly changes


def cover(grey: Grey) -> Grey:
    """Return a picture (h, w), 0 to 255, with paper in the place of the table."""
    for turns in range(4):
        grey = np.rot90(_cover_top(np.rot90(grey, turns)), -turns)
    return np.ascontiguousarray(grey)


def _cover_top(grey: Grey) -> Grey:
    """Cover a table that takes the first rows."""
    edge = _edge(grey)
    if edge is None:
        return grey
    rows = np.arange(len(grey))[:, None]
    start = edge + MARGIN
    beside = (rows >= start) & (rows < start + MARGIN)
    paper = (grey * beside).sum(axis=0) / MARGIN
    paper = ndimage.median_filter(paper, SMOOTH, mode="nearest")
    covered: Grey = np.where(rows < start, paper, grey).astype(grey.dtype)
    return covered


def _edge(grey: Grey) -> NDArray[np.int_] | None:
    """Return at which row of each column the paper begins, (w,), beside a table."""
    deepest = int(DEEPEST * len(grey))
    step = grey[SHARP : deepest + SHARP] - grey[:deepest]
    for rise in (step, -step):
        line = _line(rise.argmax(axis=0), rise.max(axis=0) > STEP)
        if line is None or line.min() < 1 or line.max() > deepest:
            continue
        if _is_table(grey, line):
            return line + SHARP
    return None


def _is_table(grey: Grey, line: NDArray[np.int_]) -> bool:
    """Tell whether a line parts two grounds, and is not the side of a stroke."""
    away = np.arange(len(grey))[:, None] - line
    places = (
        away <= -NEAR,
        (away > -NEAR) & (away <= 0),
        (away > SHARP) & (away <= SHARP + NEAR),
        away > SHARP + NEAR,
    )
    if not places[0].any():
        return False
    beyond, table, paper, rest = (np.median(grey[place]) for place in places)
    step = abs(paper - table)
    off = max(abs(beyond - table), abs(rest - paper))
    return bool(step > STEP and off < step / 2)


def _line(rows: NDArray[np.int_], known: NDArray[np.bool_]) -> NDArray[np.int_] | None:
    """Return the rows (w,) of the straight line that most of the known ones are on."""
    columns = np.arange(len(rows))
    on_line = known
    for near in (8 * OFF, 2 * OFF, OFF):
        if on_line.mean() < STRAIGHT:
            return None
        slope, start = np.polyfit(columns[on_line], rows[on_line], 1)
        if abs(slope) > ASLANT:
            return None
        line = start + slope * columns
        on_line = known & (np.abs(rows - line) <= near)
    return line.round().astype(int) if on_line.mean() >= STRAIGHT else None
