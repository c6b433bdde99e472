"""What a worker reports while it trains, and what that says about the rest.

from mnist_core.runs import metrics
so_far = metrics.read(run.folder / "metrics.jsonl")
so_far.epochs[-1]["val_accuracy"], so_far.progress(recipe).seconds_left
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from mnist_core.recipes import TEST_IMAGES, Recipe
from mnist_core.storage import jsonl
from mnist_core.storage.reading import Count, Seconds, Share

RECENT = 200  # lines that say how fast it goes now; about 20 s
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
        at, pace = self.epoch, self._seconds_per_epoch()
        done = min(at / recipe.epochs, 1.0)
        if not pace:
            return Progress(done, None, None)
        test = self._seconds_per_test()
        if test is None:  # before the first epoch ends, nobody knows: as it should take
            images = recipe.validation or TEST_IMAGES[recipe.data]
            test = pace * images / recipe.examples / STEP_PER_ANSWER
        tests = recipe.epochs - len(self.epochs)
        if recipe.validation:  # otherwise the test after the last epoch is the result
            tests += 1
        left = pace * (recipe.epochs - at) + test * tests
        return Progress(done, recipe.examples / pace, left)

    def _seconds_per_epoch(self) -> float:
        """Return the seconds of training alone, lately; 0 where nothing is known."""
        recent = list(pairwise(self.batches[-RECENT:]))
        within = [pair for pair in recent if _in_one_epoch(*pair)]
        if not within and recent:  # epochs so short that each has one line
            return max(_pace(recent) - (self._seconds_per_test() or 0), 0)
        return _pace(within)

    def _seconds_per_test(self) -> float | None:
        """Return how long the last test took."""
        if not self.epochs:
            return None
        end = self.epochs[-1]["seconds"]
        before = (r["seconds"] for r in reversed(self.batches) if r["seconds"] <= end)
        return end - next(before, end)


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


def _kind(row: jsonl.Row) -> type:
    """Name the type that a line of the metrics should be of."""
    if "sample_loss" in row:
        return SampleRow
    return EpochRow if "val_loss" in row else BatchRow
