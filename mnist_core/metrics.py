"""What a worker reports while it trains, and what that says about the rest.

from mnist_core import metrics
so_far = metrics.read(run.folder / "metrics.jsonl")
so_far.epochs[-1]["val_accuracy"], so_far.progress(run.recipe).seconds_left
"""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mnist_core.recipes import Recipe


@dataclass(frozen=True)
class Metrics:
    """What the worker wrote so far, oldest first.

    batches: dicts with epoch (a fraction: 1.5 is half-way through the second), step,
        seconds since the fit began, loss and accuracy over the batches since the last.
    epochs: dicts with epoch (1 is the first), seconds, loss, accuracy, val_loss and
        val_accuracy; the last two are of the test images.
    """

    batches: list[dict[str, float]]
    epochs: list[dict[str, float]]

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
    return _read(path, path.stat().st_size) if path.exists() else Metrics([], [])


def _row(line: bytes) -> dict[str, float] | None:
    """A line of metrics; None for one that is cut short or damaged."""
    try:
        row = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return row if isinstance(row, dict) and {"epoch", "seconds"} <= set(row) else None


@lru_cache(maxsize=8)
def _read(path: Path, size: int) -> Metrics:
    """Read the first `size` bytes, once for however many people watch."""
    with path.open("rb") as file:
        lines = file.read(size).splitlines(keepends=True)
    rows = [row for line in lines if (row := _row(line))]
    return Metrics(
        [row for row in rows if "step" in row],
        [row for row in rows if "val_loss" in row],
    )
