"""Train a run's network from its last checkpoint on, as often changed as was asked.

Whatever is to change with an epoch leaves Keras's `fit` at its end and enters it again,
as a run that is resumed does.
"""

import math
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from mnist_core import data
from mnist_core.data import image_augmentation
from mnist_core.data.training_set import Examples
from mnist_core.errors import Diverged
from mnist_core.models import networks
from mnist_core.recipes import Recipe
from mnist_core.runs import steering
from mnist_core.runs.run import LOGS, Run
from mnist_core.storage import jsonl
from mnist_core.training import callbacks, checkpoint, halving
from mnist_core.training.control import Clock, Control
from mnist_core.training.steering import Steering, SteeringCallback

Images = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
"""Prepared images (n, 28, 28, 1) and labels (n, 10)."""


def fit(
    model: keras.Model,
    recipe: Recipe,
    control: Control,
    examples: Examples,
    validation: Images,
) -> float:
    """Train from the last checkpoint to the end, or until somebody stops it.

    Returns:
        How many epochs are trained, the last perhaps in part.

    Raises:
        RunStopped: it was not to go on.
        Diverged: the loss is no number any more.
    """
    run, folder = control.run, control.run.folder / "checkpoint"
    done = checkpoint.restore(model, folder)
    control.clock = Clock(_go_back(run, done))
    control.check_before_training()
    run.update(stage="training")
    read = callbacks.make_reader(model)
    state = Steering(run.folder, recipe, control.clock)
    reached: int | None = done
    while reached is not None and reached < recipe.epochs:
        reached = _fit_on(
            model,
            state,
            control,
            examples=examples,
            validation=validation,
            read=read,
            done=reached,
        )
    run.update(fit_seconds=round(control.clock.seconds, 3))
    return max([done, *(row["epoch"] for row in run.metrics().epochs[-1:])])


def _fit_on(
    model: keras.Model,
    state: Steering,
    control: Control,
    *,
    examples: Examples,
    validation: Images,
    read: callbacks.Read,
    done: int,
) -> int | None:
    """Train to the end, or to that of an epoch after which something is to change.

    Returns:
        How many epochs are done, where it is to go on by what is asked by then.
    """
    recipe, changed = state.recipe, SteeringCallback(state)
    step = int(model.optimizer.iterations)
    state.put_in_force(steering.FIELDS[1:], epoch=float(done), step=step)
    networks.set_dropout(model, recipe.network, state.now["dropout"])
    model.make_train_function(force=True)
    if done:  # otherwise resuming repeats epoch 0's shuffle
        keras.utils.set_random_seed(recipe.seed + done)
    losses: dict[str, list[float]] = model.fit(
        **_input(state.steered, examples, seed=recipe.seed + done),
        initial_epoch=done,
        epochs=recipe.epochs,
        validation_data=validation,
        callbacks=_callbacks(state.steered, control, validation, read, changed),
        verbose=0,
    ).history
    if not np.isfinite(list(losses.values())).all():
        control.run.update(fit_seconds=round(control.clock.seconds, 3))
        raise Diverged(checkpoint.epochs(control.run.folder / "checkpoint"))
    goes_on = changed.again and not control.run.is_requested("stop")
    return changed.epoch + 1 if goes_on else None


def _callbacks(
    recipe: Recipe,
    control: Control,
    validation: Images,
    read: callbacks.Read,
    changed: SteeringCallback,
) -> list[keras.callbacks.Callback]:
    folder, clock = control.run.folder, control.clock
    snapshots = callbacks.SnapshotLogger(folder, recipe, clock, read, validation)
    return [
        callbacks.MetricsLogger(folder / "metrics.jsonl", recipe, clock),
        callbacks.ProbeLogger(folder, recipe, clock, read),
        *([snapshots] if control.run.read().snapshots else []),
        keras.callbacks.TerminateOnNaN(),
        # It comes before a stop during the test takes effect: its epoch is whole.
        checkpoint.Checkpoint(folder / "checkpoint"),
        halving.HalvingCallback(control.run),
        callbacks.ControlCallback(control),
        changed,  # after a pause, in which more may have been asked
    ]


def _go_back(run: Run, epochs: int) -> float:
    """Drop what was reported after so many epochs; return the seconds up to then."""
    for name in LOGS:
        if (path := run.folder / name).is_file():
            jsonl.retain(path, lambda row: row.get("epoch", math.inf) <= epochs)
    steering.go_back(run.folder, epochs=epochs)
    kept = run.metrics()
    ends = [*kept.batches[-1:], *kept.epochs[-1:], *kept.samples[-1:]]
    return max((row["seconds"] for row in ends), default=0.0)


def _input(recipe: Recipe, examples: Examples, *, seed: int) -> dict[str, Any]:
    """Return the arguments of `fit`: the images as they are, or augmented."""
    if not recipe.augment:
        images, labels = data.scale(examples.images), examples.labels
        return {"x": images, "y": labels, "batch_size": recipe.batch_size}
    batches = image_augmentation.batches(
        examples.images, examples.labels, batch_size=recipe.batch_size, seed=seed
    )
    return {"x": batches, "shuffle": False}  # they are shuffled already
