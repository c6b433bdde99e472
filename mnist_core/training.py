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
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np

from mnist_core import (
    augment,
    calibration,
    data,
    examples,
    network,
    store,
    strokes,
)
from mnist_core.errors import Diverged, MnistError, StrokesUnreadable
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
        part = seen / self.recipe.examples  # less than 1 where the run was stopped
        took = round(time.monotonic() - self.epoch_began, 3)
        self._write({"epoch": epoch + part, "epoch_seconds": took, **logs})
        if self.run.stop_requested:
            self.model.stop_training = True

    def _since_last_line(self, batch: int, logs: dict[str, float]) -> dict[str, Any]:
        seen, loss, accuracy = self.means
        total = min((batch + 1) * self.recipe.batch_size, self.recipe.examples)
        sums = [logs["loss"] * total, logs["accuracy"] * total]
        self.means = (total, *sums)
        return {
            "epoch": self.epoch + total / self.recipe.examples,
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
    learned, _ = strokes.split(run.drawings())
    run.update(stage="drawing")
    known = examples.gather(recipe, dataset, learned, progress=partial(_drawn, run))
    _drawn(run, 1.0)
    run.update(stage="building")
    model = network.build(recipe)
    run.update(stage="training")
    fit = _fit(model, recipe, run, known, _validation(recipe, dataset))
    run.update(stage="testing")
    scores = evaluate(model, *data.prepare(dataset.x_test, dataset.y_test))
    measured = _measure(model, run)
    run.update(stage="saving")
    saved = store.save(
        model,
        run.state["name"],
        recipe=recipe,
        dataset=dataset,
        measured=measured,
        **scores,
        **fit,
    )
    complete = run.metrics().epochs[-1]["epoch"] >= recipe.epochs
    run.update(
        status="finished" if complete else "stopped",  # a stop may come too late
        stage="ended",
        ended=time.time(),
        model=saved.name,
        drawn_accuracy=measured.get("drawn_accuracy"),
        **scores,
        **fit,
    )


def evaluate(
    model: keras.Model, x_test: np.ndarray, y_test: np.ndarray
) -> dict[str, float]:
    """Test loss and test accuracy on prepared images (n, 28, 28, 1) and labels."""
    loss, accuracy = model.evaluate(x_test, y_test, batch_size=500, verbose=0)
    return {"test_loss": loss, "test_accuracy": accuracy}


def _validation(recipe: Recipe, dataset: data.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """What is looked at after each epoch: training images that were kept out.

    The published recipe keeps none and looks at the test images.
    """
    if not recipe.validation:
        return data.prepare(dataset.x_test, dataset.y_test)
    kept = slice(recipe.images - recipe.validation, recipe.images)
    return data.prepare(dataset.x_train[kept], dataset.y_train[kept])


def _fit(
    model: keras.Model,
    recipe: Recipe,
    run: Run,
    known: examples.Examples,
    validation: tuple[np.ndarray, np.ndarray],
) -> dict[str, Any]:
    began = time.monotonic()
    history = model.fit(
        **_input(recipe, known),
        epochs=recipe.epochs,
        validation_data=validation,
        callbacks=[Reporter(run, recipe), keras.callbacks.TerminateOnNaN()],
        verbose=0,
    ).history
    seconds = time.monotonic() - began
    if not np.isfinite(list(history.values())).all():
        raise Diverged
    return {"fit_seconds": round(seconds, 3), "history": history}


def _input(recipe: Recipe, known: examples.Examples) -> dict[str, Any]:
    """What fit learns from: the images as they are, or augmented on the way."""
    if not recipe.augment:
        images, labels = data.scale(known.images), known.labels
        return {"x": images, "y": labels, "batch_size": recipe.batch_size}
    batches = augment.batches(
        known.images, known.labels, batch_size=recipe.batch_size, seed=recipe.seed
    )
    return {"x": batches, "shuffle": False}  # they are shuffled already


def _measure(model: keras.Model, run: Run) -> dict[str, Any]:
    """What the card says about pen drawings; nothing where none are at hand."""
    run.update(stage="measuring")
    try:
        drawings = run.drawings() or strokes.read_at_hand()
    except StrokesUnreadable as error:
        print(error, "So the model is not scored on pen drawings.")
        return {}
    _, held_out = strokes.split(drawings)
    if not held_out:
        return {}

    def read(images: np.ndarray) -> np.ndarray:
        shaped = images.reshape(-1, *model.input_shape[1:])
        return model.predict(shaped, batch_size=500, verbose=0)

    recipe = run.recipe
    measured = calibration.measure(read, held_out, rejects=recipe.doodles > 0)
    learned_too = "strokes" if recipe.strokes else "scored_on"
    source = {"file": recipe.strokes} if recipe.strokes else {}
    source |= strokes.describe(drawings)
    return {learned_too: source, **measured, "limits": _limits(recipe, measured)}


def _limits(recipe: Recipe, measured: dict[str, Any]) -> list[str]:
    letters = "Letters that resemble a digit (O, I, S, Z, B ...) are taken for one."
    if not recipe.doodles:
        letters = "It takes everything for a digit: letters, faces, scribbles."
    return [
        "Reads Western digits, one at a time and framed as MNIST's are; nothing else.",
        letters,
        f"The drawn figures are of {measured['drawn_people']} people; others, children "
        "above all, and other pens may be read less well.",
    ]


class _Stopped(Exception):
    """Somebody stopped the run before there was anything to keep."""


def _drawn(run: Run, share: float) -> None:
    """Say how many of the examples are drawn, unless nobody wants them any more."""
    if run.stop_requested:
        raise _Stopped
    run.update(drawn=share)


@contextmanager
def _reasons(run: Run) -> Iterator[None]:
    """Whatever ends the run, its state says why in words."""
    try:
        yield
    except _Stopped:
        reason = "Stopped before the training began: there is no model to keep."
        run.update(status="stopped", stage="ended", ended=time.time(), reason=reason)
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
