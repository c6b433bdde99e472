"""Fit one run, from its data to a saved model.

`mnist_core.training.worker` calls this in a process of its own.
"""

import math
import shutil
from functools import partial
from typing import Any

import keras
import numpy as np

from mnist_core import data
from mnist_core.data import image_augmentation, pen_drawings, training_set
from mnist_core.errors import Diverged, StrokesUnreadable
from mnist_core.evaluation.dataset import evaluate
from mnist_core.models import networks, registry
from mnist_core.recipes import Recipe
from mnist_core.runs.run import Run
from mnist_core.storage import jsonl
from mnist_core.training import callbacks, checkpoint
from mnist_core.training.control import Clock, Control, RunDiscarded

Images = tuple[np.ndarray, np.ndarray]  # prepared: (n, 28, 28, 1) and (n, 10)


def train(run: Run, orders: Control) -> None:
    """Train by the run's recipe, test, save the model; say each stage in the state.

    A run that was begun before goes on after the last epoch it came to the end of.

    Raises:
        Ended: it was not to go on.
        MnistError: there is no data, say, or the training diverged.
    """
    recipe = run.recipe
    orders.check_before_training()
    run.update(stage="loading data")
    dataset = data.load(recipe.data)
    learned, _ = pen_drawings.split(run.drawings())
    run.update(stage="drawing", drawn_share=0.0)
    known = training_set.build(
        recipe, dataset, learned, progress=partial(_report_drawn, run, orders)
    )
    _report_drawn(run, orders, 1.0)
    run.update(stage="building")
    model = networks.build(recipe)
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
    orders: Control,
    known: training_set.Examples,
    validation: Images,
) -> float:
    """Train from the last checkpoint to the end, or until somebody stops it.

    Returns:
        How many epochs are trained, the last perhaps in part.
    """
    recipe, folder = run.recipe, run.folder
    done = checkpoint.restore(model, folder / "checkpoint")
    orders.clock = Clock(_go_back(run, done))
    orders.check_before_training()
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
    model: keras.Model, run: Run, orders: Control, validation: Images
) -> list[keras.callbacks.Callback]:
    recipe, clock, read = run.recipe, orders.clock, callbacks.make_reader(model)
    reporter = callbacks.MetricsLogger(run.folder / "metrics.jsonl", recipe, clock)
    looker = callbacks.SnapshotLogger(run.folder, recipe, clock, read, validation)
    return [
        reporter,
        callbacks.ProbeLogger(run.folder, recipe, clock, read),
        *([looker] if run.state.get("snapshots", True) else []),
        keras.callbacks.TerminateOnNaN(),
        # Before a stop during the test takes effect: its epoch is whole.
        checkpoint.Checkpoint(run.folder / "checkpoint"),
        callbacks.ControlCallback(orders),
    ]


def _go_back(run: Run, epochs: int) -> float:
    """Forget what was reported after so many epochs; return the seconds up to then."""
    for name in ("metrics.jsonl", "probes.jsonl", "snapshots.jsonl"):
        if (path := run.folder / name).is_file():
            jsonl.retain(path, lambda row: row.get("epoch", math.inf) <= epochs)
    kept = run.metrics()
    ends = kept.batches[-1:] + kept.epochs[-1:] + kept.samples[-1:]
    return max((row["seconds"] for row in ends), default=0.0)


def _finish(
    model: keras.Model,
    run: Run,
    orders: Control,
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
        scores = evaluate(model, *test, callbacks=[callbacks.ControlCallback(orders)])
    measured = _measure(model, run)
    orders.check()
    run.update(stage="saving")
    saved = registry.save(
        model,
        state["name"],
        recipe=recipe,
        dataset=dataset,
        measured=measured,
        **scores,
        **fit,
    )
    if run.is_requested("discard"):  # while it was being saved
        registry.delete(saved.name)
        raise RunDiscarded
    drawn = measured.get("pen_accuracy")
    run.update(model=saved.name, pen_accuracy=drawn, **scores, **fit)


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


def _validation(recipe: Recipe, dataset: data.Dataset) -> Images:
    """What is looked at after each epoch: training images that were kept out.

    The published recipe keeps none and looks at the test images.
    """
    if not recipe.validation:
        return data.prepare(dataset.x_test, dataset.y_test)
    kept = slice(recipe.images - recipe.validation, recipe.images)
    return data.prepare(dataset.x_train[kept], dataset.y_train[kept])


def _input(
    recipe: Recipe, known: training_set.Examples, *, seed: int
) -> dict[str, Any]:
    """What fit learns from: the images as they are, or augmented on the way."""
    if not recipe.augment:
        images, labels = data.scale(known.images), known.labels
        return {"x": images, "y": labels, "batch_size": recipe.batch_size}
    batches = image_augmentation.batches(
        known.images, known.labels, batch_size=recipe.batch_size, seed=seed
    )
    return {"x": batches, "shuffle": False}  # they are shuffled already


def _measure(model: keras.Model, run: Run) -> dict[str, Any]:
    """What the card says about pen drawings; nothing where none are at hand."""
    run.update(stage="measuring")
    try:
        drawings = run.drawings() or pen_drawings.read_configured()
    except StrokesUnreadable as error:
        print(error, "So the model is not scored on pen drawings.")
        return {}
    _, held_out = pen_drawings.split(drawings)
    if not held_out:
        return {}

    def read(images: np.ndarray) -> np.ndarray:
        shaped = images.reshape(-1, *model.input_shape[1:])
        return model.predict(shaped, batch_size=500, verbose=0)

    from mnist_core.evaluation import calibration  # noqa: PLC0415 - SciPy's optimizers take time

    recipe = run.recipe
    measured = calibration.measure(read, held_out, rejects=recipe.doodles > 0)
    learned_too = "strokes" if recipe.strokes else "scored_on"
    source = {"file": recipe.strokes} if recipe.strokes else {}
    source |= pen_drawings.describe(drawings)
    return {learned_too: source, **measured, "limits": _limits(recipe, measured)}


def _limits(recipe: Recipe, measured: dict[str, Any]) -> list[str]:
    letters = "Letters that resemble a digit (O, I, S, Z, B ...) are taken for one."
    if not recipe.doodles:
        letters = "It takes everything for a digit: letters, faces, scribbles."
    return [
        "Reads Western digits, one at a time and framed as MNIST's are; nothing else.",
        letters,
        f"The figures on pen drawings are of {measured['pen_people']} people; others, children "
        "above all, and other pens may be read less well.",
    ]


def _report_drawn(run: Run, orders: Control, share: float) -> None:
    """Say how many of the examples are drawn, unless nobody wants them any more."""
    orders.check_before_training()
    run.update(drawn_share=share)
