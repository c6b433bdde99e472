"""What a worker reports while it trains, and what that says about the rest.

from mnist_core import metrics
so_far = metrics.read(run.folder / "metrics.jsonl")
so_far.epochs[-1]["val_accuracy"], so_far.progress(run.recipe).seconds_left
"""

import json
import math
import os
import threading
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
    return _reader(path).read() if path.exists() else Metrics([], [])


class _Reader:
    """Reads a file that grows, each line once, for however many people watch."""

    def __init__(self, path: Path) -> None:
        self.path, self.lock = path, threading.Lock()
        self.file_number, self.position = -1, 0
        self.batches: list[dict[str, float]] = []
        self.epochs: list[dict[str, float]] = []

    def read(self) -> Metrics:
        with self.lock, self.path.open("rb") as file:
            self._start_over_if_replaced(os.fstat(file.fileno()))
            file.seek(self.position)
            for line in file:
                if not line.endswith(b"\n"):
                    break  # it is still being written
                self.position += len(line)
                self._note(_row(line))
            return Metrics(list(self.batches), list(self.epochs))

    def _start_over_if_replaced(self, status: os.stat_result) -> None:
        if status.st_ino != self.file_number or status.st_size < self.position:
            self.file_number, self.position = status.st_ino, 0
            self.batches, self.epochs = [], []

    def _note(self, row: dict[str, float] | None) -> None:
        if row and "step" in row:
            self.batches.append(row)
        elif row and "val_loss" in row:
            self.epochs.append(row)


@lru_cache(maxsize=8)
def _reader(path: Path) -> _Reader:
    return _Reader(path)


def _row(line: bytes) -> dict[str, float] | None:
    """A line of metrics; None for one that is damaged."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and {"epoch", "seconds"} <= set(row) else None
