"""What a worker reports while it trains, and what that says about the rest.

from mnist_core.runs import metrics
so_far = metrics.read(run.folder / "metrics.jsonl")
so_far.epochs[-1]["val_accuracy"], so_far.progress(run.recipe).seconds_left
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from mnist_core.recipes import TEST_IMAGES, Recipe
from mnist_core.storage import jsonl

RECENT = 200  # lines, that say how fast it goes now; about 20 s
Row = dict[str, float]
STEP_PER_ANSWER = 3  # a training step goes forward, backward for weights and inputs


@dataclass(frozen=True)
class Metrics:
    """What the worker wrote so far, oldest first.

    batches: dicts with epoch (a fraction: 1.5 is half-way through the second), step,
        seconds since the fit began, loss and accuracy over the batches since the last,
        and the learning rate.
    epochs: dicts with epoch (1 is the first), seconds, loss, accuracy, val_loss and
        val_accuracy; the last two are of the test images, or where the recipe keeps
        training images out for validation, of these.
    samples: dicts with epoch, step, seconds, sample_loss and sample_accuracy: of the
        same few of those images each time, part-way through the epochs.
    """

    batches: list[Row] = field(default_factory=list)
    epochs: list[Row] = field(default_factory=list)
    samples: list[Row] = field(default_factory=list)

    def until(self, epoch: float) -> "Metrics":
        """What was known when training had come as far as this."""
        return Metrics(
            *([row for row in rows if row["epoch"] <= epoch] for rows in self._lists())
        )

    def _lists(self) -> tuple[list[Row], ...]:
        return self.batches, self.epochs, self.samples

    def progress(self, recipe: Recipe) -> "Progress":
        """How far the run is, how fast it goes, and how long it still takes."""
        known = self.batches[-1:] + self.epochs[-1:]
        at = max((row["epoch"] for row in known), default=0)
        pace = self._seconds_per_epoch()
        if not pace:
            return Progress(at / recipe.epochs, None, None)
        test = self._seconds_per_test()
        if test is None:  # not before the first epoch ends: as long as it should take
            images = recipe.validation or TEST_IMAGES[recipe.data]
            test = pace * images / recipe.examples / STEP_PER_ANSWER
        tests = recipe.epochs - len(self.epochs)
        if recipe.validation:  # else the last epoch's is the result
            tests += 1
        left = pace * (recipe.epochs - at) + test * tests
        return Progress(at / recipe.epochs, recipe.examples / pace, left)

    def _seconds_per_epoch(self) -> float:
        """Of training alone, as it went lately; 0 where nothing is known yet."""
        recent = list(pairwise(self.batches[-RECENT:]))
        within = [pair for pair in recent if _in_one_epoch(*pair)]
        if not within and recent:  # short epochs, of a line each
            return max(_pace(recent) - (self._seconds_per_test() or 0), 0)
        return _pace(within)

    def _seconds_per_test(self) -> float | None:
        """As the last one took."""
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


def _in_one_epoch(row: Row, later: Row) -> bool:
    return math.ceil(row["epoch"]) == math.ceil(later["epoch"])


def _pace(pairs: list[tuple[Row, Row]]) -> float:
    """Seconds an epoch, between the lines of these pairs; 0 where there are none."""
    seconds = sum(later["seconds"] - row["seconds"] for row, later in pairs)
    epochs = sum(later["epoch"] - row["epoch"] for row, later in pairs)
    return seconds / epochs if epochs else 0.0


def read(path: Path) -> Metrics:
    """All metrics so far; a line that is still being written is left out."""
    return Metrics(**jsonl.read(path, _kind))


def _kind(row: dict[str, Any]) -> str | None:
    """Which list of the metrics a line belongs to; None for one that is damaged."""
    if not {"epoch", "seconds"} <= set(row):
        return None
    if "sample_loss" in row:
        return "samples"
    if "val_loss" in row:
        return "epochs"
    return "batches" if "step" in row else None
