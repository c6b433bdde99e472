"""Measure trainings by our recipes beside the same fit in bare Keras."""

import statistics
import time
from collections.abc import Iterator
from typing import NamedTuple

import keras
import tensorflow as tf

from mnist_core import data, recipes
from mnist_core.data import image_augmentation
from mnist_core.models import networks
from mnist_core.runs import manager
from tests.browser.waiting import wait_until

Lines = Iterator[tuple[str, str]]
PAIRS = 3
AUGMENTED = 12_800  # images in an epoch that is timed
LIMIT = 3_600  # seconds that a training may take


class Fit(NamedTuple):
    """How long a training took, and how well the network reads the test images."""

    seconds: float
    accuracy: float
    loss: float


def quick() -> Lines:
    """Time the quick recipe and bare Keras, in turn."""
    yield from _beside_keras(recipes.get("quick"), pairs=PAIRS)


def classic() -> Lines:
    """Time the published recipe, ten epochs, and bare Keras."""
    yield from _beside_keras(recipes.get("classic"), pairs=1)


def quick_seeds() -> Lines:
    """Measure the quick recipe's test accuracy over five seeds, for 1 and 2 epochs."""
    for epochs in (1, 2):
        scores = [
            _train(recipes.get("quick", epochs=epochs, seed=seed)).accuracy
            for seed in range(5)
        ]
        spread = f"{min(scores):.2%} to {max(scores):.2%}"
        what = f"test accuracy, {epochs} epoch(s), five seeds: mean (range)"
        yield what, f"{statistics.mean(scores):.2%} ({spread})"


def synthetic() -> Lines:
    """Measure what a network reads that saw made-up digits only."""
    recipe = recipes.get("quick", data="synthetic")
    made_up = data.load_synthetic()
    model = networks.build(recipe)
    x_train, y_train = data.prepare(made_up.x_train, made_up.y_train)
    epochs, batch_size = recipe.epochs, recipe.batch_size
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    mnist = data.load_mnist()
    for name, dataset in (("made-up", made_up), ("MNIST's", mnist)):
        test = data.prepare(dataset.x_test, dataset.y_test)
        accuracy = model.evaluate(*test, verbose=0)[1]
        yield f"accuracy on {name} test images", f"{accuracy:.2%}"


def augmented() -> Lines:
    """Measure whether augmentation keeps the robust network waiting."""
    mnist = data.load_mnist()
    images, labels = mnist.x_train[:AUGMENTED], data.one_hot(mnist.y_train[:AUGMENTED])
    recipe = recipes.get("robust")
    batches = image_augmentation.batches(
        images, labels, batch_size=recipe.batch_size, seed=0
    )
    ready = batches.cache()
    model = networks.build(recipe)
    for dataset in (batches, ready):
        model.fit(dataset, shuffle=False, verbose=0)  # the first time is slower
    pairs = [[_seconds(model, source) for source in (batches, ready)] for _ in range(5)]
    ratio = statistics.median(augmented / kept for augmented, kept in pairs)
    yield "an epoch augmented on the way / on images that are ready", f"{ratio:.2f}"


def _seconds(model: keras.Model, dataset: tf.data.Dataset) -> float:
    start = time.perf_counter()
    model.fit(dataset, shuffle=False, verbose=0)
    return time.perf_counter() - start


def _beside_keras(recipe: recipes.Recipe, *, pairs: int) -> Lines:
    ours, bare = [], []
    for _ in range(pairs):
        ours.append(_train(recipe))
        bare.append(_bare_fit(recipe))
    for who, fits in (("with live metrics", ours), ("in bare Keras", bare)):
        seconds = statistics.median(fit.seconds for fit in fits)
        scores = f"{fits[0].accuracy:.2%}, {fits[0].loss:.4f}"
        yield f"{recipe.epochs} epochs {who}: median fit", f"{seconds:.1f} s"
        yield f"{recipe.epochs} epochs {who}: test accuracy, loss", scores
    ratios = [
        one.seconds / other.seconds for one, other in zip(ours, bare, strict=True)
    ]
    yield "fit with live metrics / in bare Keras", f"{statistics.median(ratios):.2f}"


def _train(recipe: recipes.Recipe) -> Fit:
    """Train in a worker, as the app does.

    Raises:
        RuntimeError: the worker failed.
        TimeoutError: it took more than `LIMIT`.
    """
    run = manager.start(recipe)
    wait_until(
        lambda: not run.read().is_active,
        seconds=LIMIT,
        problem=f"{recipe.name} has not finished",
    )
    state = run.read()
    seconds, accuracy, loss = state.fit_seconds, state.test_accuracy, state.test_loss
    if seconds is None or accuracy is None or loss is None:
        raise RuntimeError(f"{recipe.name} is {state.status}: {state.reason}")
    return Fit(seconds, accuracy, loss)


def _bare_fit(recipe: recipes.Recipe) -> Fit:
    """Fit the same in this process: no worker, no callbacks, no metrics."""
    mnist = data.load_mnist()
    train = data.prepare(mnist.x_train[: recipe.images], mnist.y_train[: recipe.images])
    test = data.prepare(mnist.x_test, mnist.y_test)
    model = networks.build(recipe)
    start = time.perf_counter()
    history = model.fit(
        *train,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        validation_data=test,
        verbose=0,
    ).history
    seconds = time.perf_counter() - start
    return Fit(seconds, history["val_accuracy"][-1], history["val_loss"][-1])
