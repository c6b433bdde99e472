"""Fit one run, from its data to a stored model.

`mnist_core.training.worker` calls this in a process of its own.
"""

import shutil
from typing import TypedDict, cast
from uuid import uuid4

import keras
import numpy as np
import numpy.typing as npt

from mnist_core import data
from mnist_core.data import pen_drawings, training_set
from mnist_core.data.training_set import Examples
from mnist_core.errors import Diverged, StrokesUnreadable
from mnist_core.evaluation.dataset import evaluate
from mnist_core.models import networks, registry
from mnist_core.models.card import History, Measurements, PenOrigin
from mnist_core.models.registry import StoredModel
from mnist_core.recipes import Recipe
from mnist_core.runs import steering
from mnist_core.runs.run import Run
from mnist_core.training import callbacks, checkpoint, fitting
from mnist_core.training.control import Control, RunDiscarded
from mnist_core.training.fitting import Images


class TestScores(TypedDict):
    """How a network reads the test images."""

    test_loss: float
    test_accuracy: float


def train(run: Run, control: Control) -> None:
    """Train by the run's recipe, test, save the model; say each stage in the state.

    A run that was begun before goes on after the last epoch it came to the end of.

    Raises:
        RunStopped: it was not to go on.
        MnistError: there is no data, say, or the training diverged.
    """
    recipe = run.read().recipe
    control.check_before_training()
    run.update(stage="loading data")
    dataset = data.load(recipe.data, progress=lambda _: control.check_before_training())
    examples = _build_examples(recipe, dataset, control)
    run.update(stage="building")
    model = networks.build(recipe, steerable=True)
    validation = _validation(recipe, dataset)
    try:
        reached = fitting.fit(model, recipe, control, examples, validation)
    except Diverged:
        if kept := checkpoint.restore(model, run.folder / "checkpoint"):
            _finish(model, recipe, control, dataset, reached=kept)
        raise
    _finish(model, recipe, control, dataset, reached=reached)
    if reached < recipe.epochs:
        return run.update(status="stopped")
    run.update(status="finished")  # a stop that was requested came too late
    # A stop within the only epoch's last batch leaves no checkpoint.
    return shutil.rmtree(run.folder / "checkpoint", ignore_errors=True)


def _build_examples(
    recipe: Recipe, dataset: data.Dataset, control: Control
) -> Examples:
    """Build what is learned from, and say how far that is."""

    def report(share: float) -> None:
        control.check_before_training()
        control.run.update(drawn_share=share)

    learned, _ = pen_drawings.split(control.run.pen_drawings())
    control.run.update(stage="drawing", drawn_share=0.0)
    examples = training_set.build(recipe, dataset, learned, progress=report)
    report(1.0)
    return examples


def _finish(
    model: keras.Model,
    recipe: Recipe,
    control: Control,
    dataset: data.Dataset,
    *,
    reached: float,
) -> None:
    """Test the network, save it, and note both in the run's state."""
    run = control.run
    run.update(stage="testing")
    scores = _known_scores(run, recipe, reached)
    if not scores:
        test = data.prepare(dataset.x_test, dataset.y_test)
        tested = evaluate(model, *test, callbacks=[callbacks.ControlCallback(control)])
        scores = cast(TestScores, tested)
    measurements = _measure(model, recipe, run)
    control.check()
    history = _history(run)
    stored = _save(
        model,
        recipe,
        run,
        dataset=dataset,
        scores=scores,
        measurements=measurements,
        history=history,
    )
    if run.is_requested("discard"):  # while it was being saved
        registry.delete(stored.name)
        raise RunDiscarded
    run.update(
        model=stored.name,
        save_id="",
        history=history,
        pen_accuracy=measurements.get("pen_accuracy"),
        **scores,
    )


def _save(
    model: keras.Model,
    recipe: Recipe,
    run: Run,
    *,
    dataset: data.Dataset,
    scores: TestScores,
    measurements: Measurements,
    history: History,
) -> StoredModel:
    """Save the network under the run's name for it.

    A worker that was killed after it had saved one, and before its name was noted, left
    that behind: the new one takes its place.
    """
    state = run.read()
    save_id = state.save_id or uuid4().hex
    run.update(stage="saving", save_id=save_id)
    return registry.save(
        model,
        state.name,
        recipe=recipe,
        dataset=dataset,
        measurements=measurements,
        fit_seconds=state.fit_seconds or 0.0,
        history=history,
        steering=steering.history(run.folder),
        save_id=save_id,
        replaces=registry.find_by_save_id(save_id),
        **scores,
    )


def _known_scores(run: Run, recipe: Recipe, reached: float) -> TestScores | None:
    """Return the scores of the test after the last epoch, if on the test images."""
    last = run.metrics().epochs[-1:]
    if recipe.validation or not last or last[0]["epoch"] < reached:
        return None
    return {"test_loss": last[0]["val_loss"], "test_accuracy": last[0]["val_accuracy"]}


def _history(run: Run) -> History:
    """Return the history of all the run's epochs, whichever worker trained them."""
    rows = run.metrics().epochs
    return {
        "loss": [row["loss"] for row in rows],
        "accuracy": [row["accuracy"] for row in rows],
        "val_loss": [row["val_loss"] for row in rows],
        "val_accuracy": [row["val_accuracy"] for row in rows],
    }


def _validation(recipe: Recipe, dataset: data.Dataset) -> Images:
    """Return what is tested after each epoch: training images that were kept out.

    The published recipe keeps none and tests on the test images.
    """
    if not recipe.validation:
        return data.prepare(dataset.x_test, dataset.y_test)
    kept = slice(recipe.images - recipe.validation, recipe.images)
    return data.prepare(dataset.x_train[kept], dataset.y_train[kept])


def _measure(model: keras.Model, recipe: Recipe, run: Run) -> Measurements:
    """Measure the network on pen drawings; nothing where none are at hand."""
    run.update(stage="measuring")
    try:
        drawings = run.pen_drawings() or pen_drawings.read_configured()
    except StrokesUnreadable as error:
        print(error, "So the model is not scored on pen drawings.", flush=True)
        return {}
    _, held_out = pen_drawings.split(drawings)
    if not held_out:
        return {}

    def read(images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        shaped = images.reshape(-1, *model.input_shape[1:])
        return cast(
            npt.NDArray[np.float32], model.predict(shaped, batch_size=500, verbose=0)
        )

    from mnist_core.evaluation import calibration  # noqa: PLC0415 - SciPy takes time

    measured = calibration.measure(read, held_out, rejects=recipe.doodles > 0)
    origin = cast(PenOrigin, pen_drawings.describe(drawings))
    limits = _limits(recipe, people=measured["pen_people"])
    result = cast(Measurements, {**measured, "limits": limits})
    if recipe.strokes:
        return {**result, "strokes": {"file": recipe.strokes, **origin}}
    return {**result, "scored_on": origin}


def _limits(recipe: Recipe, *, people: int) -> list[str]:
    letters = "Letters that resemble a digit (O, I, S, Z, B ...) are taken for one."
    if not recipe.doodles:
        letters = "It takes everything for a digit: letters, faces, scribbles."
    return [
        "Reads Western digits, one at a time and framed as MNIST's are; nothing else.",
        letters,
        f"The figures on pen drawings are of {people} people; others, "
        "children above all, and other pens may be read less well.",
    ]
