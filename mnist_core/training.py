"""Fit one run, from its data to a saved model.

`mnist_core.worker` calls this in a process of its own.
"""

import math
import shutil
from functools import partial
from typing import Any

import keras
import numpy as np

from mnist_core import (
    augment,
    checkpoint,
    data,
    examples,
    lines,
    network,
    reporting,
    store,
    strokes,
)
from mnist_core.errors import Diverged, StrokesUnreadable
from mnist_core.orders import Clock, Discarded, Orders
from mnist_core.recipes import Recipe
from mnist_core.run import Run

Images = tuple[np.ndarray, np.ndarray]  # prepared: (n, 28, 28, 1) and (n, 10)


class Obey(keras.callbacks.Callback):
    """Obeys after every batch, of training and of testing."""

    def __init__(self, orders: Orders) -> None:
        super().__init__()
        self.orders = orders

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Wait while paused; stop when asked."""
        self.orders.obey()
        if self.orders.run.is_asked("stop"):
            self.model.stop_training = True

    def on_test_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Wait while paused."""
        self.orders.obey()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Stop when asked during the test."""
        if self.orders.run.is_asked("stop"):
            self.model.stop_training = True


def work(run: Run, orders: Orders) -> None:
    """Train by the run's recipe, test, save the model; say each stage in the state.

    A run that was begun before goes on after the last epoch it came to the end of.

    Raises:
        Ended: it was not to go on.
        MnistError: there is no data, say, or the training diverged.
    """
    recipe = run.recipe
    orders.obey_before_training()
    run.update(stage="loading data")
    dataset = data.load(recipe.data)
    learned, _ = strokes.split(run.drawings())
    run.update(stage="drawing", drawn=0.0)
    known = examples.gather(
        recipe, dataset, learned, progress=partial(_drawn, run, orders)
    )
    _drawn(run, orders, 1.0)
    run.update(stage="building")
    model = network.build(recipe)
    try:
        reached = _fit(model, run, orders, known, _validation(recipe, dataset))
    except Diverged:
        if kept := checkpoint.restore(model, run.folder / "checkpoint"):
            _finish(model, run, orders, dataset, reached=kept)
        raise
    _finish(model, run, orders, dataset, reached=reached)
    if reached < recipe.epochs:
        return run.update(status="stopped")
    run.update(status="finished")  # even if a stop was asked for: it came too late
    # A stop within the only epoch's last batch leaves none.
    return shutil.rmtree(run.folder / "checkpoint", ignore_errors=True)


def _fit(
    model: keras.Model,
    run: Run,
    orders: Orders,
    known: examples.Examples,
    validation: Images,
) -> float:
    """Train from the last checkpoint to the end, or until somebody stops it.

    Returns:
        How many epochs are trained, the last perhaps in part.
    """
    recipe, folder = run.recipe, run.folder
    done = checkpoint.restore(model, folder / "checkpoint")
    orders.clock = Clock(_go_back(run, done))
    orders.obey_before_training()
    run.update(stage="training")
    if done:  # else the order of the first epoch comes again
        keras.utils.set_random_seed(recipe.seed + done)
    history = (
        {}
        if done == recipe.epochs
        else model.fit(
            **_input(recipe, known, seed=recipe.seed + done),
            initial_epoch=done,
            epochs=recipe.epochs,
            validation_data=validation,
            callbacks=_callbacks(model, run, orders, validation),
            verbose=0,
        ).history
    )
    run.update(fit_seconds=round(orders.clock.seconds, 3))
    if not np.isfinite(list(history.values())).all():
        raise Diverged(checkpoint.epochs(folder / "checkpoint"))
    return max([done, *(row["epoch"] for row in run.metrics().epochs[-1:])])


def _callbacks(
    model: keras.Model, run: Run, orders: Orders, validation: Images
) -> list[keras.callbacks.Callback]:
    recipe, clock, read = run.recipe, orders.clock, reporting.reader(model)
    reporter = reporting.Reporter(run.folder / "metrics.jsonl", recipe, clock)
    looker = reporting.Looker(run.folder, recipe, clock, read, validation)
    return [
        reporter,
        reporting.Watcher(run.folder, recipe, clock, read),
        *([looker] if run.state.get("looks", True) else []),
        keras.callbacks.TerminateOnNaN(),
        # Before a stop during the test takes effect: its epoch is whole.
        checkpoint.Checkpoint(run.folder / "checkpoint"),
        Obey(orders),
    ]


def _go_back(run: Run, epochs: int) -> float:
    """Forget what was reported after so many epochs; return the seconds up to then."""
    for name in ("metrics.jsonl", "watched.jsonl", "looks.jsonl"):
        if (path := run.folder / name).is_file():
            lines.cut(path, lambda row: row.get("epoch", math.inf) <= epochs)
    kept = run.metrics()
    ends = kept.batches[-1:] + kept.epochs[-1:] + kept.samples[-1:]
    return max((row["seconds"] for row in ends), default=0.0)


def _finish(
    model: keras.Model,
    run: Run,
    orders: Orders,
    dataset: data.Dataset,
    *,
    reached: float,
) -> None:
    """Test the network, save it, and note both in the run's state."""
    recipe, state = run.recipe, run.state
    fit = {"fit_seconds": state["fit_seconds"], "history": _history(run)}
    run.update(stage="testing")
    scores = _known_scores(run, reached)
    if not scores:
        test = data.prepare(dataset.x_test, dataset.y_test)
        scores = evaluate(model, *test, callbacks=[Obey(orders)])
    measured = _measure(model, run)
    orders.obey()
    run.update(stage="saving")
    saved = store.save(
        model,
        state["name"],
        recipe=recipe,
        dataset=dataset,
        measured=measured,
        **scores,
        **fit,
    )
    if run.is_asked("discard"):  # while it was being saved
        store.delete(saved.name)
        raise Discarded
    drawn = measured.get("drawn_accuracy")
    run.update(model=saved.name, drawn_accuracy=drawn, **scores, **fit)


def _known_scores(run: Run, reached: float) -> dict[str, float]:
    """Of the test after the last epoch, if that was on the test images."""
    last = run.metrics().epochs[-1:]
    if run.recipe.validation or not last or last[0]["epoch"] < reached:
        return {}
    return {"test_loss": last[0]["val_loss"], "test_accuracy": last[0]["val_accuracy"]}


def _history(run: Run) -> dict[str, list[float]]:
    """What Keras calls a history, of all the run's epochs, whoever trained them."""
    rows = run.metrics().epochs
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    return {name: [row[name] for row in rows] for name in names}


def evaluate(
    model: keras.Model,
    x_test: np.ndarray,
    y_test: np.ndarray,
    *,
    callbacks: list[keras.callbacks.Callback] | None = None,
) -> dict[str, float]:
    """Test loss and test accuracy on prepared images (n, 28, 28, 1) and labels."""
    loss, accuracy = model.evaluate(
        x_test, y_test, batch_size=500, verbose=0, callbacks=callbacks
    )
    return {"test_loss": loss, "test_accuracy": accuracy}


def _validation(recipe: Recipe, dataset: data.Dataset) -> Images:
    """What is looked at after each epoch: training images that were kept out.

    The published recipe keeps none and looks at the test images.
    """
    if not recipe.validation:
        return data.prepare(dataset.x_test, dataset.y_test)
    kept = slice(recipe.images - recipe.validation, recipe.images)
    return data.prepare(dataset.x_train[kept], dataset.y_train[kept])


def _input(recipe: Recipe, known: examples.Examples, *, seed: int) -> dict[str, Any]:
    """What fit learns from: the images as they are, or augmented on the way."""
    if not recipe.augment:
        images, labels = data.scale(known.images), known.labels
        return {"x": images, "y": labels, "batch_size": recipe.batch_size}
    batches = augment.batches(
        known.images, known.labels, batch_size=recipe.batch_size, seed=seed
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

    from mnist_core import calibration  # noqa: PLC0415 - SciPy's optimizers take time

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


def _drawn(run: Run, orders: Orders, share: float) -> None:
    """Say how many of the examples are drawn, unless nobody wants them any more."""
    orders.obey_before_training()
    run.update(drawn=share)
