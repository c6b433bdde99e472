"""What a worker reports while it trains, and what that says about the rest.

from mnist_core.runs import metrics
so_far = metrics.read(run.folder / "metrics.jsonl")
so_far.epochs[-1]["val_accuracy"], so_far.progress(recipe).seconds_left
"""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from mnist_core.recipes import TEST_IMAGES, Recipe
from mnist_core.storage import jsonl
from mnist_core.storage.reading import Count, Seconds, Share

RECENT = 200  # lines that say how fast it goes now; about 20 s
TESTS = 3  # that say how long the next one takes: one alone may have been disturbed
STEP_PER_ANSWER = 3  # a training step goes forward, backward for weights and inputs


class Place(TypedDict):
    """Where in a training a line was written."""

    epoch: Annotated[float, Meta(ge=0, le=100)]  # 1.5: half-way through the second
    seconds: Seconds  # since the fit began


class BatchRow(Place):
    """Loss and accuracy over the batches since the line before."""

    step: Count
    loss: float
    accuracy: Share
    learning_rate: NotRequired[float]
    begins: NotRequired[bool]  # the first line of a worker: it took long to get there


class EpochRow(Place):
    """The end of an epoch; `epoch` is 1 for the first.

    The last two values are of the test images, or where the recipe keeps training
    images out for validation, of these.
    """

    epoch_seconds: NotRequired[Seconds]
    loss: float
    accuracy: Share
    val_loss: float
    val_accuracy: Share


class SampleRow(Place):
    """A test part-way through an epoch, always on the same few of those images."""

    step: Count
    sample_loss: float
    sample_accuracy: Share


@dataclass(frozen=True)
class Metrics:
    """What the worker wrote so far, oldest first."""

    batches: list[BatchRow] = field(default_factory=list)
    epochs: list[EpochRow] = field(default_factory=list)
    samples: list[SampleRow] = field(default_factory=list)

    @property
    def epoch(self) -> float:
        """Return how far the training has come, in epochs."""
        places: list[Place] = [*self.batches[-1:], *self.epochs[-1:]]
        return max((row["epoch"] for row in places), default=0.0)

    def until(self, epoch: float) -> "Metrics":
        """Return what was known when training had come as far as this."""
        return Metrics(
            [row for row in self.batches if row["epoch"] <= epoch],
            [row for row in self.epochs if row["epoch"] <= epoch],
            [row for row in self.samples if row["epoch"] <= epoch],
        )

    def progress(self, recipe: Recipe) -> "Progress":
        """Return how far the run is, how fast it goes, and how long it still takes."""
        at, recent = self.epoch, self._recent()
        done = min(at / recipe.epochs, 1.0)
        pace, between = _pace(self._undisturbed(recent)), self._seconds_between()
        if not pace:  # epochs so short that each has one line
            whole = _pace([pair for pair in pairwise(recent) if not _begins(pair[1])])
            pace = max(whole - (between or 0), 0)
        if not pace:
            return Progress(done, None, None)
        if between is None:  # nobody knows it yet: as long as a test should take
            images = recipe.validation or TEST_IMAGES[recipe.data]
            between = pace * images / recipe.examples / STEP_PER_ANSWER
        tests = recipe.epochs - len(self.epochs)
        if recipe.validation:  # otherwise the test after the last epoch is the result
            tests += 1
        left = pace * (recipe.epochs - at) + between * tests
        return Progress(done, recipe.examples / pace, left)

    def _recent(self) -> list[BatchRow]:
        """Return the last lines: of one worker, once it has written two."""
        recent = self.batches[-RECENT:]
        begin = max((n for n, row in enumerate(recent) if _begins(row)), default=0)
        return recent[begin:] if begin < len(recent) - 1 else recent

    def _undisturbed(self, rows: list[BatchRow]) -> list[tuple[BatchRow, BatchRow]]:
        """Return neighbours with only training in between: no test and no snapshot.

        Where snapshots are so frequent that there are none, they take their share.
        """
        within = [pair for pair in pairwise(rows) if _in_one_epoch(*pair)]
        looked = [row["step"] for row in self.samples[-RECENT:]]
        return [
            (row, later)
            for row, later in within
            if bisect_left(looked, row["step"]) == bisect_left(looked, later["step"])
        ] or within

    def _seconds_between(self) -> float | None:
        """Return how long what comes between two epochs takes: a test, a checkpoint.

        That is by the last few of them, of this worker where it came to any.
        """
        spans = [self._span_after(row) for row in self.epochs[-TESTS:]]
        if not spans:
            return None
        news = [n for n, (_, begins) in enumerate(spans) if begins]
        mine = spans[news[-1] + 1 :] if news else spans
        return mean(seconds for seconds, _ in mine or spans)

    def _span_after(self, end: EpochRow) -> tuple[float, bool]:
        """Return the seconds between the lines around this one.

        And whether another worker went on from there, whose start is left out.
        """
        place = bisect_right(self.batches, end["seconds"], key=_seconds)
        before = self.batches[place - 1]["seconds"] if place else end["seconds"]
        test = end["seconds"] - before
        after = self.batches[place : place + 2]
        if not after or _begins(after[0]):
            return test, bool(after)
        first = after[0]["seconds"] - end["seconds"]
        if len(after) == 2 and _in_one_epoch(*after):
            first -= _pace([(after[0], after[1])]) * (after[0]["epoch"] - end["epoch"])
            return test + max(first, 0), False
        return test, False


@dataclass(frozen=True)
class Progress:
    """How far a run is: a share from 0 to 1, images a second, seconds left."""

    done: float
    images_per_second: float | None
    seconds_left: float | None


def read(path: Path) -> Metrics:
    """Return all metrics so far; a line that is still being written is left out."""
    rows = jsonl.read(path, _kind)
    return Metrics(*(rows.get(kind, []) for kind in (BatchRow, EpochRow, SampleRow)))


def _in_one_epoch(row: BatchRow, later: BatchRow) -> bool:
    return math.ceil(row["epoch"]) == math.ceil(later["epoch"])


def _pace(pairs: list[tuple[BatchRow, BatchRow]]) -> float:
    """Return seconds an epoch between the lines of these pairs; 0 where none are."""
    seconds = sum(later["seconds"] - row["seconds"] for row, later in pairs)
    epochs = sum(later["epoch"] - row["epoch"] for row, later in pairs)
    return seconds / epochs if epochs else 0.0


def _begins(row: BatchRow) -> bool:
    return row.get("begins", False)


def _seconds(row: BatchRow) -> float:
    return row["seconds"]


def _kind(row: jsonl.Row) -> type:
    """Name the type that a line of the metrics should be of."""
    if "sample_loss" in row:
        return SampleRow
    return EpochRow if "val_loss" in row else BatchRow
