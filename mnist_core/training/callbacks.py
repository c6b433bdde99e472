"""What a worker tells while it trains: lines in its run's folder, several a second.

metrics.jsonl   loss and accuracy, of batches, of tests part-way, of epochs
probes.jsonl   what the network says about the digits that people watch
snapshots.jsonl     its first filters, and the digits it gets most wrong
"""

import json
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from mnist_core.inference.predictor import as_graph
from mnist_core.recipes import Recipe
from mnist_core.runs import probes
from mnist_core.training.control import Clock, Control

SECONDS_PER_LINE = 0.1  # ten points a second are as smooth as a chart can show
SAMPLE = 1000  # images for the tests part-way through an epoch
LOOKS_TAKE = 0.04  # of the time, at the most, after the first few
FIRST_LOOKS = {8, 16, 32, 64, 128}  # steps: most is learned in the first of them
HARDEST = 8  # images, the ones the network gets most wrong
# A long run needs no more looks than a short one: the gaps grow with the time.
GAPS_PER_RUN, WATCHED_GAPS_PER_RUN = 200, 600

Read = Callable[[np.ndarray], np.ndarray]


class _JsonlLogger(keras.callbacks.Callback):
    """Appends lines to one of the run's files, each with its time and place."""

    def __init__(self, path: Path, recipe: Recipe, clock: Clock) -> None:
        super().__init__()
        self.path, self.recipe, self.clock = path, recipe, clock
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Count the epochs."""
        self.epoch = epoch

    def at(self, batch: int) -> dict[str, float]:
        """The place after this batch: a fraction of epochs, and the step."""
        seen = min((batch + 1) * self.recipe.batch_size, self.recipe.examples)
        return {
            "epoch": self.epoch + seen / self.recipe.examples,
            "step": self.epoch * self.recipe.steps_per_epoch + batch + 1,
        }

    def write(self, path: Path, row: dict[str, Any]) -> None:
        """Append a line."""
        seconds = round(self.clock.seconds, 3)
        line = json.dumps({"seconds": seconds, **row}, default=float)
        with path.open("a") as file:
            file.write(line + "\n")


class MetricsLogger(_JsonlLogger):
    """Writes metrics.jsonl.

    Keras gives the mean of loss and accuracy since the epoch began; a line has the mean
    over the batches since the line before, which is what a curve should show.
    """

    def __init__(self, path: Path, recipe: Recipe, clock: Clock) -> None:
        super().__init__(path, recipe, clock)
        self.written, self.means = time.monotonic(), (0, 0.0, 0.0)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Start Keras's running means over."""
        super().on_epoch_begin(epoch)
        self.means, self.epoch_began = (0, 0.0, 0.0), self.clock.seconds

    def on_train_batch_end(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        """Write a line when it is time."""
        now, last = time.monotonic(), batch + 1 == self.recipe.steps_per_epoch
        if not last and now - self.written < SECONDS_PER_LINE:
            return
        self.written = now
        rate = float(self.model.optimizer.learning_rate)
        row = {**self.at(batch), **self._since_last_line(batch, logs)}
        if math.isfinite(row["loss"]):
            self.write(self.path, {**row, "learning_rate": rate})

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write the epoch's line."""
        seen, *_ = self.means
        part = seen / self.recipe.examples  # less than 1 where the run was stopped
        took = round(self.clock.seconds - self.epoch_began, 3)
        if np.isfinite(list(logs.values())).all():
            row = {"epoch": epoch + part, "epoch_seconds": took, **logs}
            self.write(self.path, row)
            with self.path.open("rb") as file:
                os.fsync(file)  # what the checkpoint goes on from must not be missing

    def _since_last_line(self, batch: int, logs: dict[str, float]) -> dict[str, float]:
        seen, loss, accuracy = self.means
        total = min((batch + 1) * self.recipe.batch_size, self.recipe.examples)
        sums = [logs["loss"] * total, logs["accuracy"] * total]
        self.means = (total, *sums)
        return {
            "loss": (sums[0] - loss) / (total - seen),
            "accuracy": (sums[1] - accuracy) / (total - seen),
        }


class ProbeLogger(_JsonlLogger):
    """Asks the network about the digits that people watch, and writes probes.jsonl."""

    def __init__(self, folder: Path, recipe: Recipe, clock: Clock, read: Read) -> None:
        super().__init__(folder / "probes.jsonl", recipe, clock)
        self.folder, self.read, self.next = folder, read, 0.0
        self.images = np.zeros((0, 28, 28), np.float32)

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Ask once before it has learned anything."""
        if not self.path.exists():
            self._ask({"epoch": 0.0, "step": 0})

    def on_train_batch_end(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        """Ask when it is time, and at the end of the epoch."""
        last = batch + 1 == self.recipe.steps_per_epoch
        if last or self.clock.seconds >= self.next:
            self._ask(self.at(batch))
            gap = max(SECONDS_PER_LINE, self.clock.seconds / WATCHED_GAPS_PER_RUN)
            self.next = self.clock.seconds + gap

    def _ask(self, place: dict[str, float]) -> None:
        self._look_for_more()
        if len(self.images):
            rows = self.read(self.images).round(4).tolist()
            self.write(self.path, {**place, "probabilities": rows})

    def _look_for_more(self) -> None:
        """Somebody may add a digit while the run goes on."""
        if probes.count(self.folder) > len(self.images):
            watched = probes.load(self.folder)
            self.images = np.stack([digit.image for digit in watched])


class SnapshotLogger(_JsonlLogger):
    """Tests on a sample, part-way through the epochs, and looks inside the network."""

    def __init__(
        self,
        folder: Path,
        recipe: Recipe,
        clock: Clock,
        read: Read,
        validation: tuple[np.ndarray, np.ndarray],
    ) -> None:
        super().__init__(folder / "snapshots.jsonl", recipe, clock)
        self.metrics, self.read, self.next = folder / "metrics.jsonl", read, 0.0
        images, labels = validation
        self.chosen = np.linspace(0, len(images) - 1, min(SAMPLE, len(images))).astype(
            int
        )
        self.images, self.labels = images[self.chosen], labels[self.chosen].argmax(1)

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Look once before it has learned anything; the first look is slower."""
        self.read(self.images)
        if not self.path.exists():
            self._look({"epoch": 0.0, "step": 0})
        self.next = self.clock.seconds + 1

    def on_train_batch_end(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        """Look when it is time, and at the end of the epoch."""
        place = self.at(batch)
        last = batch + 1 == self.recipe.steps_per_epoch
        if last or place["step"] in FIRST_LOOKS or self.clock.seconds >= self.next:
            began = self.clock.seconds
            self._look(place)
            took = self.clock.seconds - began
            gap = max(took / LOOKS_TAKE, self.clock.seconds / GAPS_PER_RUN)
            self.next = self.clock.seconds + gap

    def _look(self, place: dict[str, float]) -> None:
        answers = self.read(self.images)
        right = answers[np.arange(len(answers)), self.labels]
        loss = -np.log(np.maximum(right, 1e-7)).mean()
        if not np.isfinite(loss):
            return
        accuracy = (answers.argmax(1) == self.labels).mean()
        scores = {"sample_loss": float(loss), "sample_accuracy": float(accuracy)}
        self.write(self.metrics, {**place, **scores})
        seen = {"filters": filters(self.model), "hardest": self._hardest(answers)}
        self.write(self.path, {**place, **seen})

    def _hardest(self, answers: np.ndarray) -> list[list[float]]:
        """Number, label, answer and its probability, of the most wrong first."""
        right = answers[np.arange(len(answers)), self.labels]
        rows = right.argsort()[:HARDEST]
        wrong = [row for row in rows if answers[row].argmax() != self.labels[row]]
        return [
            [
                int(self.chosen[row]),
                int(self.labels[row]),
                int(answers[row].argmax()),
                round(float(answers[row].max()), 4),
            ]
            for row in wrong
        ]


def make_reader(model: keras.Model) -> Read:
    """A quick way to ask a model in training: images (n, 28, 28) -> (n, 10).

    Its dropout and batch normalization are as in use, not as in training.
    """
    shape = model.input_shape[1:]
    answer = as_graph(lambda images: model(images, training=False), shape)
    return lambda images: answer(tf.constant(images.reshape(-1, *shape))).numpy()


def filters(model: keras.Model) -> list[list[int]]:
    """The first convolution's squares of weights, scaled to whole numbers.

    Returns:
        A list for each filter with its rows one after the other; the strongest weight
        of all is 100 or -100.
    """
    first = next(
        layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)
    )
    # (side, side, 1, filters); none of them is a number once the training diverged
    weights = np.nan_to_num(first.get_weights()[0])
    scaled = np.rint(100 * weights / max(np.abs(weights).max(), 1e-12))
    return scaled.reshape(-1, weights.shape[-1]).T.astype(int).tolist()


class ControlCallback(keras.callbacks.Callback):
    """Obeys after every batch, of training and of testing."""

    def __init__(self, orders: Control) -> None:
        super().__init__()
        self.orders = orders

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Wait while paused; stop when asked."""
        self.orders.check()
        if self.orders.run.is_requested("stop"):
            self.model.stop_training = True

    def on_test_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Wait while paused."""
        self.orders.check()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Stop when asked during the test."""
        if self.orders.run.is_requested("stop"):
            self.model.stop_training = True
