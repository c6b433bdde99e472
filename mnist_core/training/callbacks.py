"""What happens while a network trains: lines in its run's files, and its control.

metrics.jsonl     loss and accuracy, of batches, of tests part-way, of epochs
probes.jsonl      what the network says of the probes
snapshots.jsonl   its first filters, and the digits it gets most wrong
"""

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict, cast

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from mnist_core.models.networks import as_graph
from mnist_core.recipes import Recipe
from mnist_core.runs import probes
from mnist_core.runs.probes import Mistake
from mnist_core.storage import jsonl
from mnist_core.training.control import Clock, Control

SECONDS_PER_LINE = 0.1  # ten points a second are as smooth as a chart can show
SAMPLE = 1000  # images for the tests part-way through an epoch
SNAPSHOTS_TAKE = 0.04  # of the time, at the most, after the first few
FIRST_SNAPSHOTS = {8, 16, 32, 64, 128}  # steps: most is learned in the first of them
MOST_MISTAKES = 8  # images in a snapshot, the ones the network gets most wrong
# A long run needs no more snapshots than a short one: the gaps grow with the time.
GAPS_PER_RUN, PROBE_GAPS_PER_RUN = 200, 600

Floats = npt.NDArray[np.float32]
Read = Callable[[Floats], Floats]
"""Gives ten probabilities for each image: (n, 28, 28) -> (n, 10)."""

Logs = dict[str, float]


class Step(TypedDict):
    """A place in a training: a fraction of epochs, and the step."""

    epoch: float
    step: int


class _LineLogger(keras.callbacks.Callback):
    """Appends lines to one of the run's files, each with its time and place."""

    def __init__(self, path: Path, recipe: Recipe, clock: Clock) -> None:
        super().__init__()
        self.path, self.recipe, self.clock = path, recipe, clock
        self.epoch = self.steps_before = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Count the epochs, and the steps before this one: of any size of batch."""
        self.epoch, self.steps_before = epoch, int(self.model.optimizer.iterations)

    def step_after(self, batch: int) -> Step:
        """Return the place after this batch of the epoch."""
        seen = min((batch + 1) * self.recipe.batch_size, self.recipe.examples)
        return {
            "epoch": self.epoch + seen / self.recipe.examples,
            "step": self.steps_before + batch + 1,
        }

    def is_last(self, batch: int) -> bool:
        """Tell whether this is the last batch of an epoch."""
        return batch + 1 == self.recipe.steps_per_epoch

    def write(self, path: Path, row: dict[str, Any]) -> None:
        """Append a line, with the seconds since the training began."""
        seconds = round(self.clock.seconds, 3)
        jsonl.append(path, {"seconds": seconds, **row})


class MetricsLogger(_LineLogger):
    """Writes metrics.jsonl.

    Keras gives the mean of loss and accuracy since the epoch began; a line has the mean
    over the batches since the line before, which is what a curve should show.
    """

    def __init__(self, path: Path, recipe: Recipe, clock: Clock) -> None:
        super().__init__(path, recipe, clock)
        self.written, self.epoch_began = time.monotonic(), 0.0
        self.begins = True
        self.sums = (0, 0.0, 0.0)  # images, and loss and accuracy times images

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Start Keras's running means over."""
        super().on_epoch_begin(epoch)
        self.sums, self.epoch_began = (0, 0.0, 0.0), self.clock.seconds

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Write a line when it is time."""
        now = time.monotonic()
        if not self.is_last(batch) and now - self.written < SECONDS_PER_LINE:
            return
        self.written = now
        rate = float(self.model.optimizer.learning_rate)
        means = self._means_since_last_line(batch, logs or {})
        if math.isfinite(means["loss"]):
            row = {**self.step_after(batch), **means, "learning_rate": rate}
            self.write(self.path, {**row, **({"begins": True} if self.begins else {})})
            self.begins = False

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the epoch's line."""
        seen, *_ = self.sums
        share = seen / self.recipe.examples  # less than 1 where the run was stopped
        took = round(self.clock.seconds - self.epoch_began, 3)
        logs = logs or {}
        if np.isfinite(list(logs.values())).all():
            self.write(
                self.path, {"epoch": epoch + share, "epoch_seconds": took, **logs}
            )
            # The checkpoint of this epoch must not outlive its line in a power cut.
            with self.path.open("rb") as file:
                os.fsync(file)

    def _means_since_last_line(self, batch: int, logs: Logs) -> Logs:
        seen, loss, accuracy = self.sums
        total = min((batch + 1) * self.recipe.batch_size, self.recipe.examples)
        self.sums = total, logs["loss"] * total, logs["accuracy"] * total
        return {
            "loss": (self.sums[1] - loss) / (total - seen),
            "accuracy": (self.sums[2] - accuracy) / (total - seen),
        }


class ProbeLogger(_LineLogger):
    """Asks the network about the run's probes, and writes probes.jsonl."""

    def __init__(self, folder: Path, recipe: Recipe, clock: Clock, read: Read) -> None:
        super().__init__(folder / "probes.jsonl", recipe, clock)
        self.folder, self.read, self.next = folder, read, 0.0
        self.images: Floats = np.zeros((0, 28, 28), np.float32)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Ask once before it has learned anything."""
        if not self.path.exists():
            self._ask({"epoch": 0.0, "step": 0})

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Ask when it is time, and at the end of the epoch."""
        if self.is_last(batch) or self.clock.seconds >= self.next:
            self._ask(self.step_after(batch))
            gap = max(SECONDS_PER_LINE, self.clock.seconds / PROBE_GAPS_PER_RUN)
            self.next = self.clock.seconds + gap

    def _ask(self, step: Step) -> None:
        self._load_new_probes()
        if len(self.images):
            rows = self.read(self.images).round(4).tolist()
            self.write(self.path, {**step, "probabilities": rows})

    def _load_new_probes(self) -> None:
        """Load the probes again when somebody has added one while the run goes on."""
        if probes.count(self.folder) > len(self.images):
            self.images = np.stack([probe.image for probe in probes.load(self.folder)])


class SnapshotLogger(_LineLogger):
    """Tests on a sample, part-way through the epochs, and looks inside the network."""

    def __init__(
        self,
        folder: Path,
        recipe: Recipe,
        clock: Clock,
        read: Read,
        validation: tuple[Floats, Floats],
    ) -> None:
        super().__init__(folder / "snapshots.jsonl", recipe, clock)
        self.metrics, self.read, self.next = folder / "metrics.jsonl", read, 0.0
        images, labels = validation
        count = min(SAMPLE, len(images))
        self.indices = np.linspace(0, len(images) - 1, count).astype(int)
        self.images = images[self.indices]
        self.labels = labels[self.indices].argmax(1)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Take one before it has learned anything; the first is slower."""
        self.read(self.images)
        if not self.path.exists():
            self._take({"epoch": 0.0, "step": 0})
        self.next = self.clock.seconds + 1

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Take one when it is time, and at the end of the epoch."""
        step = self.step_after(batch)
        due = step["step"] in FIRST_SNAPSHOTS or self.clock.seconds >= self.next
        if due or self.is_last(batch):
            began = self.clock.seconds
            self._take(step)
            took = self.clock.seconds - began
            gap = max(took / SNAPSHOTS_TAKE, self.clock.seconds / GAPS_PER_RUN)
            self.next = self.clock.seconds + gap

    def _take(self, step: Step) -> None:
        answers = self.read(self.images)
        right = answers[np.arange(len(answers)), self.labels]
        loss = -np.log(np.maximum(right, 1e-7)).mean()
        if not np.isfinite(loss):
            return
        accuracy = (answers.argmax(1) == self.labels).mean()
        scores = {"sample_loss": float(loss), "sample_accuracy": float(accuracy)}
        self.write(self.metrics, {**step, **scores})
        mistakes = self._mistakes(answers)
        row = {**step, "filters": filters(self.model), "mistakes": mistakes}
        self.write(self.path, row)

    def _mistakes(self, answers: Floats) -> list[Mistake]:
        """Return the images that it got most wrong, the worst first."""
        right = answers[np.arange(len(answers)), self.labels]
        worst = right.argsort()[:MOST_MISTAKES]
        return [
            {
                "index": int(self.indices[row]),
                "label": int(self.labels[row]),
                "predicted": int(answers[row].argmax()),
                "confidence": round(float(answers[row].max()), 4),
            }
            for row in worst
            if answers[row].argmax() != self.labels[row]
        ]


class ControlCallback(keras.callbacks.Callback):
    """Pauses, stops or ends the training after a batch, as was requested."""

    def __init__(self, control: Control) -> None:
        super().__init__()
        self.control = control

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Wait while paused; stop when that was requested."""
        self.control.count_batch()
        self.control.check()
        self._stop_if_requested()

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Wait while paused."""
        self.control.check()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Stop when that was requested during the test; wait where a step ends here."""
        self.control.count_epoch()
        self.control.check()
        self._stop_if_requested()

    def _stop_if_requested(self) -> None:
        if self.control.run.is_requested("stop"):
            self.model.stop_training = True


def make_reader(model: keras.Model) -> Read:
    """Return a quick way to ask a model in training: images (n, 28, 28) -> (n, 10).

    Its dropout and batch normalization are as in use, not as in training.
    """
    shape = model.input_shape[1:]
    answer = as_graph(lambda images: model(images, training=False), shape)

    def read(images: Floats) -> Floats:
        shaped = tf.constant(images.reshape(-1, *shape))
        return cast(Floats, answer(shaped).numpy())

    return read


def filters(model: keras.Model) -> list[list[int]]:
    """Return the first convolution's weights, scaled to whole numbers.

    Returns:
        A list for each filter with its rows one after the other; the strongest weight
        of all is 100 or -100.
    """
    first = next(
        layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)
    )
    # Once the training diverged, none of the weights is a number.
    weights = np.nan_to_num(first.get_weights()[0])  # (side, side, 1, filters)
    scaled = np.rint(100 * weights / max(np.abs(weights).max(), 1e-12))
    rows = scaled.reshape(-1, weights.shape[-1]).T.astype(int)
    return cast(list[list[int]], rows.tolist())
