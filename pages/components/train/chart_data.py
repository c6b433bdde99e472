"""The points of a run's curves: worked out once, for however many people watch.

known = chart_data.points_of(metrics, recipe.epochs)
known["loss"].train.table, known["loss"].reach
"""

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mnist_core.runs.metrics import Metrics

MOST = 400  # points a line: about one a pixel
WIDTH = 1 / 80  # of the axis, over which a line is smoothed
FEWEST = 3  # lines of metrics to smooth over, where those are few
NAMES = ("accuracy", "loss")
REACHES = {
    "accuracy": (0.1, 0.5, 1.0),  # from 100 % down; most happens in the last percents
    "loss": (0.4, 1, 2.5, *(n * 10**power for power in range(5) for n in (5, 10, 25))),
}
FIRST_REACH = 2  # of those: where an untrained network is
PATIENCE = 1 / 40  # of the axis: before a closer look, all was well within it so long

Floats = npt.NDArray[np.float64]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A line of a chart, from left to right."""

    epochs: Floats
    values: Floats

    def until(self, epoch: float | None) -> "Line":
        """Return the line up to this epoch."""
        if epoch is None:
            return self
        end = np.searchsorted(self.epochs, epoch, side="right")
        return Line(self.epochs[:end], self.values[:end])

    @cached_property
    def table(self) -> pa.Table:
        """Return the line as Streamlit takes it with the least work, as float32."""
        columns = {"epoch": self.epochs, "value": self.values}
        return pa.table({name: v.astype(np.float32) for name, v in columns.items()})

    @property
    def last(self) -> float | None:
        """Return the value it has come to; None where there is none."""
        known = self.values[np.isfinite(self.values)]
        return float(known[-1]) if len(known) else None


@dataclass(frozen=True)
class Points:
    """What a chart shows of a run: raw and smoothed train lines, the test line.

    `reach` is how far the axis has to go: up from a loss of 0, down from 100 %.
    """

    raw: Line
    train: Line
    test: Line
    reach: float


def points_of(metrics: Metrics, epochs: int) -> dict[str, Points]:
    """Return the points of accuracy and loss, of a run over so many epochs."""
    return _points(_Known(metrics, epochs))


class _Same:
    """A row of metrics, equal to itself alone: comparing its values takes longer."""

    def __init__(self, row: Row | None) -> None:
        self.row = row  # kept alive, so that no other row gets its id

    def __hash__(self) -> int:
        return id(self.row)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.row is other.row


class _Known:
    """Metrics, equal where they end with the same rows, because they only grow."""

    def __init__(self, metrics: Metrics, epochs: int) -> None:
        lists = (metrics.batches, metrics.epochs, metrics.samples)
        ends = ((len(rows), _Same(rows[-1] if rows else None)) for rows in lists)
        self.metrics, self.epochs = metrics, epochs
        self.key = (epochs, *ends)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self.key == other.key


@lru_cache(maxsize=16)
def _points(known: _Known) -> dict[str, Points]:
    metrics, epochs = known.metrics, known.epochs
    if metrics.batches:
        raw, train = _smoother(_Same(metrics.batches[0]), epochs).lines(metrics.batches)
    else:  # only the epochs of this run are known
        raw = {name: _line([], name) for name in NAMES}
        train = {name: _line(metrics.epochs, name) for name in NAMES}
    points = {}
    for name in NAMES:
        test = _test(metrics, name)
        lines = train[name], test
        reach = max(_reach(line, name, epochs * PATIENCE) for line in lines)
        reach = reach or REACHES[name][FIRST_REACH]
        points[name] = Points(raw[name], train[name], test, reach)
    return points


def _line(rows: Sequence[Row], name: str) -> Line:
    return Line(_column(rows, "epoch"), _column(rows, name))


def _column(rows: Sequence[Row], name: str) -> Floats:
    return np.array([row.get(name, math.nan) for row in rows], float)


def _test(metrics: Metrics, name: str) -> Line:
    """Return the tests on a sample, and at the ends of epochs those on all images."""
    samples = [row for row in metrics.samples if row["epoch"] % 1]
    shown = [samples[i] for i in _kept(len(samples))]
    parts = _line(shown, f"sample_{name}"), _line(metrics.epochs, f"val_{name}")
    epochs = np.concatenate([part.epochs for part in parts])
    values = np.concatenate([part.values for part in parts])
    order = np.argsort(epochs, kind="stable")
    return Line(epochs[order], values[order])


def _kept(count: int) -> list[int]:
    """Return which of so many points to show: every second, fourth ... and the last.

    A point that was shown stays until the step doubles; otherwise lines would tremble.
    """
    step = 1
    while count > step * MOST:
        step *= 2
    return sorted({*range(0, count, step), *range(count)[-1:]})


@lru_cache(maxsize=16)
def _smoother(_first: _Same, epochs: int) -> "_Smoother":
    return _Smoother(epochs * WIDTH)


class _Smoother:
    """A train line that grows: every line of metrics is smoothed once.

    The mean of what came before, old values fading out. What is drawn never changes:
    no value looks ahead, and the width is a share of the axis, not of what is known.
    """

    def __init__(self, width: float) -> None:
        self.width, self.lock = width, threading.Lock()
        self._start()

    def _start(self) -> None:
        self.rows: Sequence[Row] = []
        self.epochs: list[float] = []
        self.raw: dict[str, list[float]] = {name: [] for name in NAMES}
        self.smooth: dict[str, list[float]] = {name: [] for name in NAMES}
        self.sums = dict.fromkeys(NAMES, (0.0, 0.0))  # of values, of their weights

    def lines(self, rows: Sequence[Row]) -> tuple[dict[str, Line], dict[str, Line]]:
        """Return the raw and the smoothed lines of these and no later rows."""
        with self.lock:
            self._read(rows)
            kept = _kept(len(rows))
            return self._picked(self.raw, kept), self._picked(self.smooth, kept)

    def _read(self, rows: Sequence[Row]) -> None:
        known = min(len(self.epochs), len(rows))
        if known and rows[known - 1] is not self.rows[known - 1]:
            self._start()
        for row in rows[len(self.epochs) :]:
            self._add(row)
        if len(rows) > len(self.rows):
            self.rows = rows

    def _add(self, row: Row) -> None:
        step = row["epoch"] - self.epochs[-1] if self.epochs else 0.0
        fade = math.exp(-min(step / self.width, 1 / FEWEST))
        self.epochs.append(row["epoch"])
        for name in NAMES:
            value = row.get(name, math.nan)
            self.raw[name].append(value)
            if math.isfinite(value):
                total, weight = self.sums[name]
                total, weight = total * fade + value, weight * fade + 1
                self.sums[name] = total, weight
                value = total / weight
            self.smooth[name].append(value)

    def _picked(
        self, lists: dict[str, list[float]], kept: list[int]
    ) -> dict[str, Line]:
        epochs = np.array([self.epochs[i] for i in kept], float)
        return {
            name: Line(epochs, np.array([values[i] for i in kept], float))
            for name, values in lists.items()
        }


def _reach(line: Line, name: str, patience: float) -> float:
    """Return how far the axis goes; 0 for an empty line.

    It follows the latest value, but does not flip about: it grows as soon as the value
    leaves it, and shrinks when all values were well within the smaller one for a while.
    """
    reaches, at = REACHES[name], FIRST_REACH
    known = np.isfinite(line.values)
    epochs, values = line.epochs[known], line.values[known]
    values = (1 - values if name == "accuracy" else values).tolist()
    since = np.searchsorted(epochs, epochs - patience).tolist()
    for n, value in enumerate(values):
        while value > reaches[at] and at + 1 < len(reaches):
            at += 1
        recent = max(values[since[n] : n + 1])
        while at and recent <= 0.9 * reaches[at - 1]:
            at -= 1
    return reaches[at] if values else 0.0
