"""What a worker reports while it trains, and what that says about the rest.

from mnist_core import metrics
so_far = metrics.read(run.folder / "metrics.jsonl")
so_far.epochs[-1]["val_accuracy"], so_far.progress(run.recipe).seconds_left
"""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mnist_core import lines
from mnist_core.recipes import Recipe


@dataclass(frozen=True)
class Metrics:
    """What the worker wrote so far, oldest first.

    batches: dicts with epoch (a fraction: 1.5 is half-way through the second), step,
        seconds since the fit began, loss and accuracy over the batches since the last,
        and the learning rate.
    epochs: dicts with epoch (1 is the first), seconds, loss, accuracy, val_loss and
        val_accuracy; the last two are of the test images.
    samples: dicts with epoch, step, seconds, sample_loss and sample_accuracy: of the
        same few test images each time, part-way through the epochs.
    """

    batches: list[dict[str, float]] = field(default_factory=list)
    epochs: list[dict[str, float]] = field(default_factory=list)
    samples: list[dict[str, float]] = field(default_factory=list)

    def until(self, epoch: float) -> "Metrics":
        """What was known when training had come as far as this."""
        return Metrics(
            *([row for row in rows if row["epoch"] <= epoch] for rows in self._lists())
        )

    def _lists(self) -> tuple[list[dict[str, float]], ...]:
        return self.batches, self.epochs, self.samples

    def progress(self, recipe: Recipe) -> "Progress":
        """How far the run is, how fast it goes, and how long it still takes."""
        if not self.batches:
            return Progress(0.0, None, None)
        first = self.batches[0]
        last = max(self.batches[-1:] + self.epochs[-1:], key=_at)
        done = last["epoch"] / recipe.epochs
        if last["epoch"] <= first["epoch"]:
            return Progress(done, None, None)
        pace = (last["seconds"] - first["seconds"]) / (last["epoch"] - first["epoch"])
        left = pace * (recipe.epochs - last["epoch"])
        return Progress(done, self._images_per_second(recipe), left)

    def _images_per_second(self, recipe: Recipe) -> float | None:
        """Over the last seconds of training, without the pauses for testing."""
        recent = [
            row for row in self.batches[-20:] if _same_epoch(row, self.batches[-1])
        ]
        seconds = recent[-1]["seconds"] - recent[0]["seconds"]
        epochs = recent[-1]["epoch"] - recent[0]["epoch"]
        return epochs * recipe.examples / seconds if seconds else None


@dataclass(frozen=True)
class Progress:
    """How far a run is: a share from 0 to 1, images a second, seconds left."""

    done: float
    images_per_second: float | None
    seconds_left: float | None


def _at(row: dict[str, float]) -> float:
    return row["seconds"]


def _same_epoch(row: dict[str, float], other: dict[str, float]) -> bool:
    return math.ceil(row["epoch"]) == math.ceil(other["epoch"])


def read(path: Path) -> Metrics:
    """All metrics so far; a line that is still being written is left out."""
    return Metrics(**lines.read(path, _kind))


def _kind(row: dict[str, Any]) -> str | None:
    """Which list of the metrics a line belongs to; None for one that is damaged."""
    if not {"epoch", "seconds"} <= set(row):
        return None
    if "sample_loss" in row:
        return "samples"
    if "val_loss" in row:
        return "epochs"
    return "batches" if "step" in row else None
