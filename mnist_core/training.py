"""Fit one run: the worker.

    python -m mnist_core.training var/runs/20261122-101500-quick

`runs.start` makes the folder and starts this module; nothing else calls it.
"""

import json
import os
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np

from mnist_core import data, network, store
from mnist_core.errors import Diverged, MnistError
from mnist_core.recipes import Recipe
from mnist_core.runs import Run

SECONDS_PER_LINE = 0.1  # ten points a second are as smooth as a chart can show


class Reporter(keras.callbacks.Callback):
    """Appends to a run's metrics.jsonl, and ends the fit when somebody asks for it.

    Keras gives the mean of loss and accuracy since the epoch began; a line has the mean
    over the batches since the line before, which is what a curve should show.
    """

    def __init__(self, run: Run, recipe: Recipe) -> None:
        super().__init__()
        self.run, self.recipe = run, recipe
        self.began = self.epoch_began = self.written = time.monotonic()
        self.epoch, self.means = 0, (0, 0.0, 0.0)

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start the clock."""
        self.began = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Start Keras's running means over."""
        self.epoch, self.means = epoch, (0, 0.0, 0.0)
        self.epoch_began = time.monotonic()

    def on_train_batch_end(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        """Write a line when it is time; stop when asked."""
        now, last = time.monotonic(), batch + 1 == self.recipe.steps_per_epoch
        if last or now - self.written >= SECONDS_PER_LINE:
            self.written = now
            self._write(self._since_last_line(batch, logs))
        if self.run.stop_requested:
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write the epoch's line."""
        seen, *_ = self.means
        part = seen / self.recipe.images  # less than 1 where the run was stopped
        took = round(time.monotonic() - self.epoch_began, 3)
        self._write({"epoch": epoch + part, "epoch_seconds": took, **logs})
        if self.run.stop_requested:
            self.model.stop_training = True

    def _since_last_line(self, batch: int, logs: dict[str, float]) -> dict[str, Any]:
        seen, loss, accuracy = self.means
        total = min((batch + 1) * self.recipe.batch_size, self.recipe.images)
        sums = [logs["loss"] * total, logs["accuracy"] * total]
        self.means = (total, *sums)
        return {
            "epoch": self.epoch + total / self.recipe.images,
            "step": self.epoch * self.recipe.steps_per_epoch + batch + 1,
            "loss": (sums[0] - loss) / (total - seen),
            "accuracy": (sums[1] - accuracy) / (total - seen),
        }

    def _write(self, row: dict[str, Any]) -> None:
        seconds = round(time.monotonic() - self.began, 3)
        line = json.dumps({"seconds": seconds, **row}, default=float)
        with (self.run.folder / "metrics.jsonl").open("a") as file:
            file.write(line + "\n")


def work(run: Run) -> None:
    """Train by the run's recipe, test, save the model; say each stage in the state."""
    recipe = run.recipe
    run.update(pid=os.getpid(), stage="loading data")
    dataset = data.load(recipe.data)
    x_test, y_test = data.prepare(dataset.x_test, dataset.y_test)
    if run.stop_requested:
        reason = "Stopped before the training began: there is no model to keep."
        run.update(status="stopped", stage="ended", ended=time.time(), reason=reason)
        return
    run.update(stage="building")
    model = network.build(recipe)
    run.update(stage="training")
    fit = _fit(model, recipe, run, dataset, (x_test, y_test))
    run.update(stage="testing")
    scores = evaluate(model, x_test, y_test)
    run.update(stage="saving")
    saved = store.save(
        model, run.state["name"], recipe=recipe, dataset=dataset, **scores, **fit
    )
    complete = run.metrics().epochs[-1]["epoch"] >= recipe.epochs
    run.update(
        status="finished" if complete else "stopped",  # a stop may come too late
        stage="ended",
        ended=time.time(),
        model=saved.name,
        **scores,
        **fit,
    )


def evaluate(
    model: keras.Model, x_test: np.ndarray, y_test: np.ndarray
) -> dict[str, float]:
    """Test loss and test accuracy on prepared images (n, 28, 28, 1) and labels."""
    loss, accuracy = model.evaluate(x_test, y_test, batch_size=500, verbose=0)
    return {"test_loss": loss, "test_accuracy": accuracy}


def _fit(
    model: keras.Model,
    recipe: Recipe,
    run: Run,
    dataset: data.Dataset,
    test: tuple[np.ndarray, np.ndarray],
) -> dict[str, Any]:
    x_train, y_train = data.prepare(
        dataset.x_train[: recipe.images], dataset.y_train[: recipe.images]
    )
    began = time.monotonic()
    history = model.fit(
        x_train,
        y_train,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        validation_data=test,
        callbacks=[Reporter(run, recipe), keras.callbacks.TerminateOnNaN()],
        verbose=0,
    ).history
    seconds = time.monotonic() - began
    if not np.isfinite(list(history.values())).all():
        raise Diverged
    return {"fit_seconds": round(seconds, 3), "history": history}


@contextmanager
def _reasons(run: Run) -> Iterator[None]:
    """Whatever ends the run, its state says why in words."""
    try:
        yield
    except Exception as error:
        traceback.print_exc()
        known = isinstance(error, (MnistError, OSError))
        reason = str(error) if known else f"{type(error).__name__}: {error}"
        run.update(status="failed", stage="ended", ended=time.time(), reason=reason)
        sys.exit(1)


def main() -> None:
    """Entry of the worker's process; its one argument is the run's folder."""
    run = Run(Path(sys.argv[1]))
    os.nice(10)  # the pages come first
    with _reasons(run):
        work(run)


if __name__ == "__main__":
    main()
